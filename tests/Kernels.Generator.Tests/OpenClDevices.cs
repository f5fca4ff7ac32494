using Quern.Kernels.OpenCl;

namespace Quern.Kernels.Generator.Tests;

/// <summary>Devices of two OpenCL drivers whose compilers have nothing in common but clang's parser.</summary>
public sealed class OpenClDevices : IDisposable
{
    /// <summary>PoCL, which compiles for the processor with LLVM.</summary>
    public const string Pocl = "Portable Computing Language";

    /// <summary>Mesa's rusticl on llvmpipe, by way of SPIR-V and NIR.</summary>
    public const string Rusticl = "rusticl";

    private readonly string _cache = Directory.CreateTempSubdirectory("quern-generator-").FullName;
    private readonly Dictionary<string, OpenClDriver> _open = [];

    /// <summary>The first device of a platform; where there is none, the test is skipped with the reason.</summary>
    public OpenClDriver this[string platform]
    {
        get
        {
            if (_open.TryGetValue(platform, out OpenClDriver? driver))
            {
                return driver;
            }

            string reason = $"There is no usable OpenCL device of the platform {platform}; on Debian, {(platform == Pocl ? "pocl-opencl-icd" : "mesa-opencl-icd")} brings it.";
            OpenClDeviceInfo? device = null;
            try
            {
                device = OpenClDeviceInfo.List().FirstOrDefault(candidate => candidate.IsUsable && candidate.Platform == platform);
            }
            catch (OpenClException exception)
            {
                reason = exception.Message;
            }

            Assert.SkipWhen(device is null, reason);
            driver = new OpenClDriver(device!, _cache);
            _open.Add(platform, driver);
            return driver;
        }
    }

    public void Dispose()
    {
        foreach (OpenClDriver driver in _open.Values)
        {
            driver.Dispose();
        }

        Directory.Delete(_cache, recursive: true);
    }
}
