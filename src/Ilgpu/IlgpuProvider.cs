using ILGPU.Runtime;
using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Ilgpu;

/// <summary>The devices of one of ILGPU's accelerator types.</summary>
/// <param name="type">The type.</param>
/// <param name="list">Lists its devices; it may throw whatever ILGPU throws.</param>
internal sealed class IlgpuProvider(AcceleratorType type, Func<AcceleratorType, IReadOnlyList<IlgpuDeviceInfo>> list) : DeviceProvider
{
    // On Linux, NVIDIA's driver has one of these nodes, by itself or by way of Windows.
    private static readonly string[] CudaNodes = ["/dev/nvidiactl", "/dev/dxg"];

    private readonly Lazy<(IReadOnlyList<IlgpuDeviceInfo> Infos, string? Failure)> _found = new(() => Find(type, list));

    /// <summary>The devices that ILGPU lists.</summary>
    public IlgpuProvider(AcceleratorType type)
        : this(type, IlgpuDeviceInfo.List)
    {
    }

    public override string Name => IlgpuDeviceInfo.KindName(type);

    public override IReadOnlyList<int> Numbers => [.. _found.Value.Infos.Select(info => info.Index)];

    /// <summary>The first CUDA device. OpenCL is reached without ILGPU as well, and ILGPU's processor is a debugger.</summary>
    public override int? Preferred => type == AcceleratorType.Cuda && MayHaveCuda() && _found.Value.Infos.Count > 0 ? 0 : null;

    public override string? UnavailableReason => _found.Value.Infos.Count > 0 ? null : _found.Value.Failure ?? IlgpuDriver.NoDevice(type);

    protected override GpuDriver Open(int number) => _found.Value.Failure is { } failure
        ? throw new DeviceException(FormattableString.Invariant($"Device {Name}:{number}: {failure} Choose another device: cpu, opencl."))
        : IlgpuDriver.Open(type, number);

    // Starting ILGPU costs a tenth of a second: not to be spent where there can be no device.
    private static bool MayHaveCuda() => !OperatingSystem.IsLinux() || CudaNodes.Any(Path.Exists);

    private static (IReadOnlyList<IlgpuDeviceInfo> Infos, string? Failure) Find(
        AcceleratorType type, Func<AcceleratorType, IReadOnlyList<IlgpuDeviceInfo>> list)
    {
        try
        {
            return (list(type), null);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Any exception: ILGPU throws whatever the part that does not start happens to throw, a trimmed program's missing types among it.
            return ([], $"ILGPU could not start: {IlgpuDriver.Reason(error)}");
        }
    }
}
