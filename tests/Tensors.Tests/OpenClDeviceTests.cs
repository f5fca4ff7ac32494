using System.Globalization;
using System.Runtime.CompilerServices;
using Quern.Kernels.OpenCl;
using Quern.Tests.Shared;

namespace Quern.Tensors.Tests;

/// <summary>What is particular to a device whose memory the processor does not see.</summary>
public sealed class OpenClDeviceTests
{
    private readonly GpuDevice _device = OpenClOperationTests.OpenClDevice();

    [Fact]
    public void It_is_found_by_its_name()
    {
        Assert.StartsWith("opencl:", _device.Name, StringComparison.Ordinal);
        int number = int.Parse(_device.Name.AsSpan("opencl:".Length), CultureInfo.InvariantCulture);
        Assert.Same(_device, Device.Parse(FormattableString.Invariant($"OpenCL:{number}")));
        Assert.Same(_device, Device.OpenCl(number));
        Assert.StartsWith("opencl:", Device.Parse("opencl").Name, StringComparison.Ordinal);
        Assert.Contains(_device, Device.All);
        Assert.Matches(@"\d\.\d GiB$", _device.Description);
    }

    [Theory]
    [InlineData("opencl:")]
    [InlineData("opencl:-1")]
    [InlineData("opencl:one")]
    [InlineData("opencl:99")]
    public void A_device_that_is_not_there_is_refused_with_those_that_are(string name)
    {
        DeviceException error = Assert.Throws<DeviceException>(() => Device.Parse(name));

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains("cpu, opencl:0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_on_another_device_is_refused_with_both_names()
    {
        Tensor there = Tensor.Ones([3], _device), here = Tensor.Ones([3]);
        foreach (Action operation in (Action[])[() => there.Negate(here), () => here.Negate(there), () => there.Add(there, here), () => there.Sum(0, result: Tensor.Zeros([]))])
        {
            string message = Assert.Throws<DeviceException>(operation).Message;
            Assert.Contains("cpu", message, StringComparison.Ordinal);
            Assert.Contains(_device.Name, message, StringComparison.Ordinal);
        }

        Assert.Equal([1, 1, 1], here.ToArray());
    }

    [Fact]
    public void Operations_on_no_elements_give_none()
    {
        Tensor none = Tensor.Zeros([0, 3], _device), row = Tensor.Ones([3], _device), noColumns = Tensor.Zeros([4, 0], _device);
        Tensor[] results =
        [
            none.Exp(), none.Add(none), none.Add(row), none.Add(1), none.Transpose(), none.Sum(1), none.Max(1), none.ArgMax(1), none.Clone(),
            none.MatMul(Tensor.Zeros([3, 2], _device)), Tensor.Random([0], new Generator(1), 0, 1, _device), noColumns.Tanh(), noColumns.Max(0), noColumns.Transpose(),
        ];
        Assert.All(results, result => Assert.Empty(result.ToArray()));
        Assert.Equal([0, 0, 0], none.Sum(0).ToArray());
        Assert.Equal([0, 0, 0, 0], noColumns.Sum(1).ToArray());
        Assert.Equal(0, none.Sum().Item());
    }

    [Fact]
    public void A_processor_is_never_chosen_through_OpenCL_unasked()
    {
        bool hasGpu = OpenClDeviceInfo.List().Any(info => info is { Type: OpenClDeviceType.Gpu, IsUsable: true });

        Assert.Equal(hasGpu, Device.Best() is GpuDevice);
    }

    [Fact]
    public void Mixing_devices_in_one_operation_is_refused_with_both_names()
    {
        Tensor here = Tensor.Ones([3], _device);
        Tensor there = Tensor.Ones([3]);

        string message = Assert.Throws<DeviceException>(() => here.Add(there)).Message;
        Assert.Contains(_device.Name, message, StringComparison.Ordinal);
        Assert.Contains("cpu", message, StringComparison.Ordinal);
        Assert.Contains("To(", message, StringComparison.Ordinal);
        Assert.Throws<DeviceException>(() => there.Add(here));
        Assert.Throws<DeviceException>(() => there.Add(there, here));
        Assert.Throws<DeviceException>(() => here.AsSpan());
    }

    [Fact]
    public void Tensors_move_between_devices()
    {
        float[] numbers = Plain.Numbers(6 * 7, 1);
        Tensor there = Tensor.From(numbers, [6, 7]);

        Tensor here = there.To(_device);
        Assert.Same(_device, here.Device);
        Assert.Same(here, here.To(_device));
        Assert.Equal(numbers, here.ToArray());
        Assert.Equal(numbers[14..28], here.Rows(2, 2).To(Device.Cpu).AsSpan().ToArray());
        there.Fill(0);
        here.Rows(0, 3).CopyFrom(here.Rows(3, 3));
        there.CopyFrom(here);
        Assert.Equal([.. numbers[21..], .. numbers[21..]], there.ToArray());
    }

    [Fact]
    public void Rows_that_overlap_are_copied_as_if_one_by_one_from_the_old()
    {
        Tensor tensor = Tensor.From([1, 2, 3, 4, 5], [5], _device);

        tensor.Rows(1, 4).CopyFrom(tensor.Rows(0, 4));

        Assert.Equal([1, 1, 2, 3, 4], tensor.ToArray());
    }

    [Fact]
    public void Operations_allocate_nothing_on_the_managed_heap_once_they_have_run()
    {
        Tensor x = Tensor.Random([64, 48], new Generator(1), device: _device);
        Tensor weight = Tensor.Random([32, 48], new Generator(2), device: _device);
        Tensor product = Tensor.Zeros([64, 32], _device);
        Tensor bias = Tensor.Ones([32], _device);
        Run();
        Run();
        _device.Wait();
        long allocated = Allocations.LeastOf(() =>
        {
            for (int i = 0; i < 10; i++)
            {
                Run();
            }

            _device.Wait();
        });
        Assert.Equal(0, allocated);

        void Run()
        {
            x.MatMul(weight, transposeRight: true, result: product);
            product.Add(bias, product);
            product.Sigmoid(product);
        }
    }

    [Fact]
    public void A_tensor_that_nobody_holds_gives_its_memory_back()
    {
        using OpenClDriver driver = OpenClDriver.Open(0);
        GpuDevice device = new(driver);
        int before = driver.LiveBufferCount;
        Forget(device);

        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.Equal(before, driver.LiveBufferCount);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forget(GpuDevice device)
        {
            Tensor x = Tensor.Ones([100], device);
            _ = (x + x).ToArray();
        }
    }

    [Fact]
    public void Several_threads_may_use_it_at_once()
    {
        Parallel.For(0, 8, seed =>
        {
            float[] numbers = Plain.Numbers(1031, seed);
            Tensor x = Tensor.From(numbers, [1031], _device);
            for (int i = 0; i < 20; i++)
            {
                Assert.Equal([.. numbers.Select(number => -number)], x.Negate().ToArray());
            }
        });
    }
}
