using ILGPU.Runtime;
using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Ilgpu;

/// <summary>The devices of one of ILGPU's accelerator types.</summary>
internal sealed class IlgpuProvider(AcceleratorType type) : DeviceProvider
{
    private readonly Lazy<IReadOnlyList<IlgpuDeviceInfo>> _infos = new(() => IlgpuDeviceInfo.List(type));

    public override string Name => IlgpuDeviceInfo.KindName(type);

    public override IReadOnlyList<int> Numbers => [.. _infos.Value.Select(info => info.Index)];

    /// <summary>The first CUDA device. OpenCL is reached without ILGPU as well, and ILGPU's processor is a debugger.</summary>
    public override int? Preferred => type == AcceleratorType.Cuda && _infos.Value.Count > 0 ? 0 : null;

    protected override GpuDriver Open(int number) => IlgpuDriver.Open(type, number);
}
