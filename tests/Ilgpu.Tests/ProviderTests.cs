using ILGPU.Runtime;
using Quern.Tensors;

namespace Quern.Ilgpu.Tests;

public sealed class ProviderTests
{
    [Fact]
    public void An_ILGPU_that_throws_at_the_start_is_a_device_that_is_not_there()
    {
        const string Thrown = "Not supported intrinsic type PTXIntrinsic";
        IlgpuProvider provider = new(
            AcceleratorType.Cuda, _ => throw new TypeInitializationException("ILGPU.Context", new InvalidOperationException(Thrown)));

        Assert.Empty(provider.Numbers);
        Assert.Null(provider.Preferred);
        Assert.Equal($"ILGPU could not start: {Thrown}.", provider.UnavailableReason);
        Assert.Equal(
            $"Device cuda:0: ILGPU could not start: {Thrown}. Choose another device: cpu, opencl.",
            Assert.Throws<DeviceException>(() => provider.Get(0)).Message);
    }

    [Fact]
    public void An_ILGPU_that_makes_no_context_is_a_device_that_does_not_open()
    {
        IlgpuDeviceInfo device = new(AcceleratorType.CPU, 0, "a processor", 0);

        DeviceException refusal = Assert.Throws<DeviceException>(
            () => new IlgpuDriver(device, [], _ => throw new TypeInitializationException("ILGPU.Context", new InvalidOperationException("No such part."))));

        Assert.Equal(
            "Device ilgpu-cpu:0: ILGPU could not open a processor: No such part. Update its driver, or choose another device.", refusal.Message);
    }

    [Fact]
    public void A_device_that_ILGPU_lists_and_does_not_open_is_refused_with_its_reason()
    {
        IlgpuDeviceInfo gone = new(AcceleratorType.CPU, 7, "a device that went away", 0);
        DeviceException refusal = Assert.Throws<DeviceException>(() => new IlgpuDriver(gone));
        Assert.StartsWith("Device ilgpu-cpu:7: ILGPU could not open a device that went away: ", refusal.Message, StringComparison.Ordinal);
    }
}
