using Quern.Kernels.OpenCl;

namespace Quern.Kernels.Tests.OpenCl;

/// <summary>The OpenCL device that the tests run on, and the reason to skip them where there is none.</summary>
public sealed class OpenClFixture : IDisposable
{
    private readonly string _reason = "";
    private readonly OpenClDriver? _driver;

    public OpenClFixture()
    {
        CacheFolder = Path.Combine(Path.GetTempPath(), $"quern-opencl-{Guid.NewGuid():N}");
        try
        {
            IReadOnlyList<OpenClDeviceInfo> devices = OpenClDeviceInfo.List();
            _reason = devices.Count == 0 ? "No OpenCL driver is installed." : "";
            _driver = devices.Count == 0 ? null : new OpenClDriver(Chosen(devices), CacheFolder);
        }
        catch (OpenClException exception)
        {
            _reason = exception.Message;
        }
    }

    public string CacheFolder { get; }

    // The device that QUERN_OPENCL_DEVICE names, such as opencl:1, else the first GPU, else the first.
    private static OpenClDeviceInfo Chosen(IReadOnlyList<OpenClDeviceInfo> devices) =>
        Environment.GetEnvironmentVariable("QUERN_OPENCL_DEVICE") is { } name
            ? devices.Single(device => name == FormattableString.Invariant($"opencl:{device.Index}"))
            : devices.FirstOrDefault(device => device.Type == OpenClDeviceType.Gpu) ?? devices[0];

    /// <summary>The device; a test that asks for it is skipped where there is none.</summary>
    public OpenClDriver Driver
    {
        get
        {
            Assert.SkipWhen(_driver is null, _reason);
            return _driver!;
        }
    }

    public void Dispose()
    {
        _driver?.Dispose();
        if (Directory.Exists(CacheFolder))
        {
            Directory.Delete(CacheFolder, recursive: true);
        }
    }
}

/// <summary>One device for all tests of the collection, which then run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class OpenClCollection : ICollectionFixture<OpenClFixture>
{
    public const string Name = "OpenCL";
}
