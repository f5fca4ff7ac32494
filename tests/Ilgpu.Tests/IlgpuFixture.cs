using ILGPU.Runtime;
using Device = Quern.Tensors.Device;

namespace Quern.Ilgpu.Tests;

/// <summary>ILGPU's processor as a device: it starts hundreds of threads, so that all tests share one.</summary>
public sealed class IlgpuFixture
{
    public IlgpuFixture() => IlgpuDevices.Register();

    public Device Processor { get; } = ProcessorDevice();

    private static Device ProcessorDevice()
    {
        IlgpuDevices.Register();
        return Device.Parse("ilgpu-cpu");
    }

    /// <summary>A CUDA device, or a skipped test.</summary>
    public static Device Cuda()
    {
        IlgpuDevices.Register();
        Assert.SkipWhen(IlgpuDeviceInfo.List(AcceleratorType.Cuda).Count == 0, "ILGPU finds no CUDA device on this machine.");
        return Device.Parse("cuda");
    }
}

[CollectionDefinition(nameof(Ilgpu))]
public sealed class Ilgpu : ICollectionFixture<IlgpuFixture>;
