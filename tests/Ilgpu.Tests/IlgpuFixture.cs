using ILGPU.Runtime;
using Device = Quern.Tensors.Device;

namespace Quern.Ilgpu.Tests;

/// <summary>ILGPU's processor as a device: it starts hundreds of threads, so that all tests share one.</summary>
public sealed class IlgpuFixture
{
    public IlgpuFixture() => IlgpuDevices.Register();

    public Device Processor { get; } = Named("ilgpu-cpu");

    /// <summary>The device whose operations are tested: <c>QUERN_ILGPU_DEVICE</c>, such as cuda or ilgpu-opencl; ILGPU's processor unless it is set.</summary>
    public Device Device { get; } = Named(Environment.GetEnvironmentVariable("QUERN_ILGPU_DEVICE") ?? "ilgpu-cpu");

    /// <summary>The first device of a kind, or a skipped test.</summary>
    public static Device FirstOrSkip(AcceleratorType type)
    {
        Assert.SkipWhen(IlgpuDeviceInfo.List(type).Count == 0, IlgpuDriver.NoDevice(type));
        return Named(IlgpuDeviceInfo.KindName(type));
    }

    private static Device Named(string name)
    {
        IlgpuDevices.Register();
        return Device.Parse(name);
    }
}

[CollectionDefinition(nameof(Ilgpu))]
public sealed class Ilgpu : ICollectionFixture<IlgpuFixture>;
