using System.Globalization;
using Quern.Kernels;
using Quern.Kernels.OpenCl;

namespace Quern.Tensors;

/// <summary>The devices of the system's OpenCL drivers.</summary>
internal sealed class OpenClProvider : DeviceProvider
{
    // On Linux a GPU has a node of one of these names, whatever its driver.
    private static readonly string[] GpuNodes = ["/dev/dri", "/dev/nvidiactl", "/dev/kfd", "/dev/dxg", "/dev/mali0", "/dev/kgsl-3d0"];

    private readonly Lazy<IReadOnlyList<OpenClDeviceInfo>> _infos = new(OpenClDeviceInfo.List);

    public override string Name => "opencl";

    public override IReadOnlyList<int> Numbers => [.. Usable().Select(info => info.Index)];

    /// <summary>The first GPU. A processor that OpenCL offers is used only where it is asked for.</summary>
    public override int? Preferred => MayHaveGpu() ? Usable().FirstOrDefault(info => info.Type == OpenClDeviceType.Gpu)?.Index : null;

    public override string? UnavailableReason
    {
        get
        {
            try
            {
                return _infos.Value.Any(info => info.IsUsable) ? null : "No OpenCL driver offers a device that can be used.";
            }
            catch (OpenClException error)
            {
                return error.Message;
            }
        }
    }

    protected override GpuDriver Open(int number)
    {
        try
        {
            return OpenClDriver.Open(number);
        }
        catch (OpenClException error)
        {
            throw new DeviceException($"Device opencl:{number.ToString(CultureInfo.InvariantCulture)}: {error.Message}", error);
        }
    }

    // Drivers for the processor alone cost 70 MB and a tenth of a second to load: not to be spent where there can be no GPU.
    private static bool MayHaveGpu() => !OperatingSystem.IsLinux() || GpuNodes.Any(Path.Exists);

    private IEnumerable<OpenClDeviceInfo> Usable()
    {
        try
        {
            return _infos.Value.Where(info => info.IsUsable);
        }
        catch (OpenClException)
        {
            // Nothing is installed, or it does not work: whoever asks for OpenCL by name is told.
            return [];
        }
    }
}
