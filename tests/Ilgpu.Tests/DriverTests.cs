using System.Reflection;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;
using Quern.Kernels;
using Quern.Kernels.Operators;
using Quern.Tensors;
using Device = Quern.Tensors.Device;
using Kernel = Quern.Kernels.Kernel;

namespace Quern.Ilgpu.Tests;

[Collection(nameof(Ilgpu))]
public sealed class DriverTests(IlgpuFixture fixture)
{
    [Fact]
    public void Devices_are_found_by_their_names_once_registered()
    {
        Assert.Same(fixture.Processor, Device.Parse("ILGPU-CPU:0"));
        Assert.Contains(fixture.Processor, Device.All);
        Assert.Equal("ilgpu-cpu:0", fixture.Processor.Name);
        Assert.Contains("ILGPU", fixture.Processor.Description, StringComparison.Ordinal);
        IlgpuDevices.Register();
        Assert.Same(fixture.Processor, Device.Parse("ilgpu-cpu"));
    }

    [Fact]
    public void The_best_device_is_CUDA_where_there_is_one_and_never_ILGPUs_processor()
    {
        bool hasCuda = IlgpuDeviceInfo.List(AcceleratorType.Cuda).Count > 0;
        Assert.Equal(hasCuda, Device.Best().Name.StartsWith("cuda:", StringComparison.Ordinal));
        Assert.NotSame(fixture.Processor, Device.Best());
    }

    [Fact]
    public void Without_a_CUDA_driver_the_error_says_what_to_install()
    {
        Assert.SkipWhen(IlgpuDeviceInfo.List(AcceleratorType.Cuda).Count > 0, "This machine has a CUDA device.");
        Assert.Equal(
            "Device cuda:0: ILGPU found no CUDA device. Install NVIDIA's driver (nvidia-smi shows whether it works), or choose another device: cpu, opencl.",
            Assert.Throws<DeviceException>(() => Device.Parse("cuda")).Message);
    }

    [Fact]
    public void A_kind_without_devices_has_its_reason_and_one_with_devices_has_none()
    {
        foreach (string kind in (string[])["cuda", "ilgpu-opencl", "ilgpu-cpu"])
        {
            bool isThere = Device.All.Any(device => device.Name.StartsWith(kind + ":", StringComparison.Ordinal));
            Assert.Equal(!isThere, Device.Unavailable.Any(missing => missing.Kind == kind && missing.Reason.Length > 0));
        }
    }

    [Theory]
    [InlineData(AcceleratorType.CPU)]
    [InlineData(AcceleratorType.OpenCL)]
    [InlineData(AcceleratorType.Cuda)]
    public void Copies_of_more_than_the_staging_memory_arrive_whole(AcceleratorType type)
    {
        IlgpuFixture.FirstOrSkip(type);
        using IlgpuDriver driver = IlgpuDriver.Open(type, 0);
        byte[] bytes = new byte[(9 << 20) + 3];
        new Random(1).NextBytes(bytes);
        using GpuBuffer buffer = driver.Allocate(bytes.Length + 1);
        using GpuBuffer other = driver.Allocate(bytes.Length);
        GpuView<byte> view = new(buffer, 1, bytes.Length);
        GpuView<byte> copied = new(other, 0, bytes.Length);
        driver.CopyToDevice<byte>([1, 2, 3], new GpuView<byte>(buffer, 0, 3));
        driver.CopyToDevice<byte>(bytes, view);
        driver.Copy(view, copied);
        byte[] back = new byte[bytes.Length];
        driver.CopyToHost(copied, back);
        Assert.Equal(bytes, back);
    }

    [Fact]
    public void Too_much_memory_is_refused_in_a_sentence()
    {
        using IlgpuDriver driver = IlgpuDriver.Open(AcceleratorType.CPU, 0);
        string message = Assert.Throws<DeviceException>(() => driver.Allocate(1L << 55)).Message;
        Assert.StartsWith("Device ilgpu-cpu:0: 36,028,797,018,963,968 bytes were asked for", message, StringComparison.Ordinal);
        driver.Allocate(16).Dispose();
    }

    [Fact]
    public void After_a_kernel_that_ILGPU_refuses_others_still_compile_and_memory_lives_on()
    {
        using IlgpuDriver driver = new(IlgpuDeviceInfo.List(AcceleratorType.CPU)[0], typeof(DriverTests).Assembly);
        using GpuBuffer buffer = driver.Allocate(3 * sizeof(float));
        GpuView<float> view = new(buffer, 0, 3);
        driver.CopyToDevice<float>([1, 2, 3], view);
        string message = Assert.Throws<DeviceException>(() => Launch(driver, "Quern.Ilgpu.Tests.OwnKernels.Refused", view)).Message;
        Assert.StartsWith("Device ilgpu-cpu:0: ILGPU could not compile the kernel Quern.Ilgpu.Tests.OwnKernels.Refused for ", message, StringComparison.Ordinal);
        Launch(driver, "Quern.Ilgpu.Tests.OwnKernels.Double", view);
        Launch(driver, "Quern.Kernels.Gpu.Unary.Run", [typeof(SquareOperator)], view, view);
        float[] values = new float[3];
        driver.CopyToHost<float>(view, values);
        Assert.Equal([4, 16, 36], values);
    }

    [Fact]
    public void A_kernel_without_a_copy_for_ILGPU_is_named()
    {
        using IlgpuDriver driver = IlgpuDriver.Open(AcceleratorType.CPU, 0);
        using GpuBuffer buffer = driver.Allocate(4);
        Assert.Contains(
            "there is no copy of the kernel My.Kernels.Fill",
            Assert.Throws<DeviceException>(() => Launch(driver, "My.Kernels.Fill", new GpuView<float>(buffer, 0, 1))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_kernel_of_the_library_has_its_copy_and_no_other()
    {
        Assert.Equal(KernelNames(typeof(Kernel).Assembly), KernelNames(typeof(IlgpuDriver).Assembly));

        static IEnumerable<string> KernelNames(Assembly assembly) => assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public))
            .Where(method => method.GetCustomAttribute<KernelAttribute>() is not null)
            .Select(method => $"{method.DeclaringType!.FullName}.{method.Name}")
            .Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(AcceleratorType.OpenCL)]
    [InlineData(AcceleratorType.Cuda)]
    public void A_product_and_its_activation_agree(AcceleratorType type)
    {
        Device device = IlgpuFixture.FirstOrSkip(type);
        Tensor left = Tensor.Random([301, 127], new Generator(1), -1, 1);
        Tensor right = Tensor.Random([127, 517], new Generator(2), -1, 1);
        OperationTests.Close(left.MatMul(right).Tanh(), left.To(device).MatMul(right.To(device)).Tanh(), 1e-3);
    }

    [Fact]
    public void ILGPU_sees_the_OpenCL_devices_that_Quern_sees()
    {
        Device[] devices = [.. Device.All.Where(device => device.Name.StartsWith("opencl:", StringComparison.Ordinal))];
        Assert.SkipWhen(devices.Length == 0, "This machine has no OpenCL device.");
        OpenClLoader.Require();
        Assert.NotEmpty(CLDevice.GetDevices(_ => true));
    }

    private static void Launch(IlgpuDriver driver, string kernel, params GpuView<float>[] views) => Launch(driver, kernel, [], views);

    private static void Launch(IlgpuDriver driver, string kernel, Type[] operators, params GpuView<float>[] views) =>
        driver.Launch(new Kernel(kernel, "", "", [], operators), new LaunchSize(1, 4), [.. views.Select(view => KernelArgument.From(view))]);
}

/// <summary>Kernels of a user, compiled against ILGPU.</summary>
internal static class OwnKernels
{
    public static void Double(ArrayView<float> x)
    {
        int i = Grid.GlobalIndex.X;
        if (i < x.IntLength)
        {
            x[i] = 2f * x[i];
        }
    }

    public static void Refused(ArrayView<float> x)
    {
        int i = Grid.GlobalIndex.X;
        if (i > x.IntLength)
        {
            throw new InvalidOperationException();
        }
    }
}
