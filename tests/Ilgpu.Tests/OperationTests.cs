using Quern.Kernels;
using Quern.Kernels.Operators;
using Quern.Tensors;
using Quern.Tensors.Tests;
using Device = Quern.Tensors.Device;
using Kernel = Quern.Kernels.Kernel;

namespace Quern.Ilgpu.Tests;

/// <summary>Each operation on ILGPU's processor against the CPU kernels. Sizes are tiny: a work-item is a thread there.</summary>
[Collection(nameof(Ilgpu))]
public sealed class OperationTests(IlgpuFixture fixture)
{
    private readonly Device _device = fixture.Device;

    public static TheoryData<Type> Updates =>
        [.. typeof(IUpdateOperator).Assembly.GetExportedTypes().Where(type => type.IsValueType && typeof(IUpdateOperator).IsAssignableFrom(type))];

    [Theory]
    [MemberData(nameof(UnaryOperation.Names), MemberType = typeof(UnaryOperation))]
    public void Unary_operations_agree(string name)
    {
        UnaryOperation operation = UnaryOperation.Named(name);
        Tensor x = Tensor.Random([3, 5], new Generator(1), operation.Low, operation.High);
        Close(operation.Run(x, null), operation.Run(x.To(_device), null));
    }

    [Theory]
    [MemberData(nameof(BinaryOperation.Names), MemberType = typeof(BinaryOperation))]
    public void Binary_operations_agree_and_broadcast(string name)
    {
        BinaryOperation operation = BinaryOperation.Named(name);
        Tensor left = Tensor.Random([2, 3, 4], new Generator(2), operation.Low, operation.High);
        Tensor right = Tensor.Random([2, 3, 4], new Generator(3), operation.Low, operation.High);
        Tensor row = Tensor.Random([3, 1], new Generator(4), operation.Low, operation.High);
        Close(operation.Run(left, right, null), operation.Run(left.To(_device), right.To(_device), null));
        Close(operation.Run(left, row, null), operation.Run(left.To(_device), row.To(_device), null));
        Close(operation.Run(left, left, null), operation.Run(left.To(_device), left.To(_device), null));
    }

    [Fact]
    public void Formulas_of_three_tensors_agree()
    {
        Tensor[] expected = [.. Enumerable.Range(51, 4).Select(seed => Tensor.Random([2, 7], new Generator((ulong)seed), -1, 1))];
        Tensor[] actual = [.. expected.Select(tensor => tensor.To(_device))];
        Device.Cpu.Ternary<LeakyReluGradientOperator>(expected[0], expected[1], expected[2], expected[3]);
        _device.Ternary<LeakyReluGradientOperator>(actual[0], actual[1], actual[2], actual[3]);
        Assert.Equal(expected[3].ToArray(), actual[3].ToArray());
    }

    [Theory]
    [MemberData(nameof(Reduction.Names), MemberType = typeof(Reduction))]
    public void Reductions_agree(string name)
    {
        Reduction operation = Reduction.Named(name);
        Tensor x = Tensor.Random([2, 7, 3], new Generator(5), -1, 1);
        for (int axis = 0; axis < 3; axis++)
        {
            Close(operation.Run(x, axis, false, null), operation.Run(x.To(_device), axis, false, null));
        }
    }

    [Theory]
    [MemberData(nameof(AxisOperation.Names), MemberType = typeof(AxisOperation))]
    public void Operations_along_an_axis_agree(string name)
    {
        AxisOperation operation = AxisOperation.Named(name);
        Tensor x = Tensor.Random([2, 7, 3], new Generator(64), operation.Low, operation.High);
        for (int axis = 0; axis < 3; axis++)
        {
            Close(operation.Run(x, axis), operation.Run(x.To(_device), axis));
        }
    }

    [Fact]
    public void Elements_are_chosen_alike()
    {
        Tensor x = Tensor.Random([3, 5], new Generator(40), -1, 1);
        Tensor row = Tensor.Random([5], new Generator(41), -1, 1);
        Tensor onDevice = x.To(_device);
        Close(Tensor.Where(x > 0, x, row), Tensor.Where(onDevice > 0, onDevice, row.To(_device)));
        Close(x.MaskedFill(row > 0, 7), onDevice.MaskedFill(row.To(_device) > 0, 7));
        Assert.Equal(x.MaskedSelect(x > 0).ToArray(), onDevice.MaskedSelect(onDevice > 0).ToArray());
    }

    [Fact]
    public void A_long_sum_is_folded_in_sections()
    {
        Tensor x = Tensor.Random([601], new Generator(6));
        Close(x.Sum(), x.To(_device).Sum());
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 17, 5)]
    [InlineData(3, 5, 31)]
    [InlineData(13, 33, 0)]
    public void MatMul_agrees_in_every_orientation(int m, int n, int k)
    {
        foreach (bool transposeLeft in (ReadOnlySpan<bool>)[false, true])
        {
            foreach (bool transposeRight in (ReadOnlySpan<bool>)[false, true])
            {
                Tensor left = Tensor.Random(transposeLeft ? [k, m] : [m, k], new Generator(7), -1, 1);
                Tensor right = Tensor.Random(transposeRight ? [n, k] : [k, n], new Generator(8), -1, 1);
                Tensor sum = Tensor.Random([m, n], new Generator(9), -1, 1);
                Tensor onDevice = sum.To(_device);
                left.MatMul(right, transposeLeft, transposeRight, sum, accumulate: true);
                left.To(_device).MatMul(right.To(_device), transposeLeft, transposeRight, onDevice, accumulate: true);
                Close(sum, onDevice);
            }
        }
    }

    [Theory]
    [InlineData("Tile128", 126, 70, 11)]
    [InlineData("Tile64", 61, 59, 18)]
    [InlineData("Tile64", 60, 60, 20)]
    [InlineData("Tile16", 13, 11, 33)]
    public void The_tiled_products_for_GPUs_agree(string kernel, int m, int n, int k)
    {
        using IlgpuDriver driver = IlgpuDriver.Open(ILGPU.Runtime.AcceleratorType.CPU, 0);
        Tensor left = Tensor.Random([m, k], new Generator(10), -1, 1);
        Tensor right = Tensor.Random([n, k], new Generator(11), -1, 1);
        Tensor bias = Tensor.Random([n], new Generator(12), -1, 1);
        GpuView<float> leftSums = Upload(driver, new float[m]);
        GpuView<float> result = Upload(driver, new float[m * n]);

        // One group; the right operand lies transposed.
        driver.Launch(
            new Kernel("Quern.Kernels.Gpu.MatMul." + kernel, "", "", 16, 16),
            new LaunchSize(1, 1, 16, 16),
            [
                KernelArgument.From(Upload(driver, left.ToArray())), k, 1, 0, k % 4 == 0 ? 1 : 0,
                KernelArgument.From(Upload(driver, right.ToArray())), 1, k, 0, k % 4 == 0 ? 1 : 0,
                m, n, k, k, 1, 1, 0,
                KernelArgument.From(Upload(driver, bias.ToArray())), 0, 0, (int)Activation.Relu,
                KernelArgument.From(default(GpuView<float>)), (int)Activation.None,
                KernelArgument.From(leftSums), 0, 0, m * n,
                KernelArgument.From(result),
            ]);
        float[] values = new float[m * n];
        driver.CopyToHost<float>(result, values);
        Close((left.MatMul(right, transposeRight: true) + bias).Relu(), Tensor.From(values, [m, n]));
        float[] sums = new float[m];
        driver.CopyToHost<float>(leftSums, sums);
        Close(left.Sum(1), Tensor.From(sums, [m]));
    }

    [Theory]
    [InlineData(new[] { 2, 3, 5 }, new[] { 2, 5, 4 })]
    [InlineData(new[] { 2, 1, 3, 5 }, new[] { 3, 5, 4 })]
    [InlineData(new[] { 5 }, new[] { 2, 5, 4 })]
    public void Products_of_many_matrices_agree(int[] leftShape, int[] rightShape)
    {
        Tensor left = Tensor.Random(leftShape, new Generator(61), -1, 1);
        Tensor right = Tensor.Random(rightShape, new Generator(62), -1, 1);
        Close(left.MatMul(right), left.To(_device).MatMul(right.To(_device)));
    }

    // Small ones; the others differ in nothing but their size.
    [Theory]
    [MemberData(nameof(ShapeOperation.Names), MemberType = typeof(ShapeOperation))]
    public void Elements_are_put_to_the_same_places(string name)
    {
        ShapeOperation operation = ShapeOperation.Named(name);
        if (operation.ResultShape.ElementCount < 700)
        {
            Tensor x = Tensor.Random(operation.Shape, new Generator(63));
            Assert.Equal(operation.Run(x).ToArray(), operation.Run(x.To(_device)).ToArray());
        }
    }

    [Fact]
    public void Transpose_agrees()
    {
        Tensor x = Tensor.Random([5, 19], new Generator(13));
        Assert.Equal(x.Transpose().ToArray(), x.To(_device).Transpose().ToArray());
    }

    [Fact]
    public void Random_numbers_are_the_same()
    {
        Assert.Equal(
            Tensor.Random([11], new Generator(14), -1, 1).ToArray(), Tensor.Random([11], new Generator(14), -1, 1, _device).ToArray());
        Close(Tensor.RandomNormal([11], new Generator(15)), Tensor.RandomNormal([11], new Generator(15), device: _device));
    }

    [Fact]
    public void Gather_collects_rows_of_bytes()
    {
        byte[] bytes = [.. Enumerable.Range(0, 35).Select(i => (byte)(i * 7))];
        Tensor expected = Tensor.Zeros([3, 5]);
        Tensor actual = Tensor.Zeros([3, 5], _device);
        expected.Gather(Device.Cpu.Upload(bytes), Device.Cpu.Upload<int>([0, 6, 0, 3]), 1, 1f / 255);
        actual.Gather(_device.Upload(bytes), _device.Upload<int>([0, 6, 0, 3]), 1, 1f / 255);
        Assert.Equal(expected.ToArray(), actual.ToArray());
    }

    [Fact]
    public void Activations_backward_agree()
    {
        Tensor gradient = Tensor.Random([13], new Generator(18), -1, 1);
        Tensor output = Tensor.Random([13], new Generator(19), -1, 1);
        foreach (Action<Device, Tensor, Tensor, Tensor> backward in (Action<Device, Tensor, Tensor, Tensor>[])
            [
                (device, g, y, result) => device.Binary<ReluGradientOperator>(g, y, result),
                (device, g, y, result) => device.Binary<SigmoidGradientOperator>(g, y, result),
                (device, g, y, result) => device.Binary<TanhGradientOperator>(g, y, result),
            ])
        {
            Tensor expected = Tensor.Zeros([13]);
            Tensor actual = Tensor.Zeros([13], _device);
            backward(Device.Cpu, gradient, output, expected);
            backward(_device, gradient.To(_device), output.To(_device), actual);
            Close(expected, actual);
        }
    }

    [Theory]
    [MemberData(nameof(LayerOperation.Names), MemberType = typeof(LayerOperation))]
    public void Operations_of_layers_agree(string name)
    {
        LayerOperation operation = LayerOperation.Named(name);
        Tensor[] expected = operation.Run(Device.Cpu, [3, 5]);
        Tensor[] actual = operation.Run(_device, [3, 5]);
        for (int i = 0; i < expected.Length; i++)
        {
            Close(expected[i], actual[i]);
        }
    }

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(3, 1, 1)]
    [InlineData(3, 2, 2)]
    public void Convolutions_and_pooling_agree(int size, int stride, int padding)
    {
        int Positions(int length) => WindowAxis.Positions(length, size, stride, padding, 1);
        Window2d window = new(4, 5, Positions(4), Positions(5), size, stride, padding, 1);
        Tensor[] Run(Device device)
        {
            Tensor x = Tensor.Random([2, 3, 4, 5], new Generator(31), -1, 1).To(device);
            Tensor weight = Tensor.Random([2, 3, size, size], new Generator(32), -1, 1).To(device);
            Tensor bias = Tensor.Random([2], new Generator(33), -1, 1).To(device);
            Tensor y = Tensor.Zeros([2, 2, window.OutputHeight, window.OutputWidth], device);
            Tensor inputGradient = Tensor.Zeros(x.Shape, device);
            Tensor weightGradient = Tensor.Ones(weight.Shape, device);
            Tensor biasGradient = Tensor.Zeros([2], device);
            device.Conv2d(x, weight, window, y, new Epilogue<Tensor>(bias, Activation.Tanh));
            device.Conv2dInputGradient(y, weight, window, inputGradient, new Epilogue<Tensor>(gradientOutput: x, gradientActivation: Activation.Sigmoid));
            device.Conv2dWeightGradient(x, y, window, weightGradient, accumulate: true, biasGradient, accumulateBias: false);
            if (padding > size / 2)
            {
                return [y, inputGradient, weightGradient, biasGradient];
            }

            Tensor greatest = Tensor.Zeros([2, 3, window.OutputHeight, window.OutputWidth], device);
            Tensor poolGradient = Tensor.Zeros(x.Shape, device);
            device.MaxPool2d(x, window, greatest);
            device.MaxPool2dBackward(greatest, x, window, poolGradient);
            Tensor mean = Tensor.Zeros(greatest.Shape, device);
            Tensor meanGradient = Tensor.Zeros(x.Shape, device);
            device.AvgPool2d(x, window, countPadding: false, mean);
            device.AvgPool2dBackward(mean, window, countPadding: true, meanGradient);
            return [y, inputGradient, weightGradient, biasGradient, greatest, poolGradient, mean, meanGradient];
        }

        foreach ((Tensor expected, Tensor actual) in Run(Device.Cpu).Zip(Run(_device)))
        {
            Close(expected, actual);
        }
    }

    [Fact]
    public void Batch_norm_and_upsampling_agree()
    {
        Tensor[] Run(Device device)
        {
            Tensor x = Tensor.Random([2, 3, 2, 3], new Generator(41), -1, 1).To(device);
            Tensor weight = Tensor.Random([3], new Generator(42), -1, 1).To(device);
            Tensor[] channels = [.. Enumerable.Range(0, 6).Select(_ => Tensor.Ones([3], device))];
            Tensor y = Tensor.Zeros(x.Shape, device);
            Tensor inputGradient = Tensor.Zeros(x.Shape, device);
            Tensor large = Tensor.Zeros([2, 3, 4, 6], device);
            Tensor small = Tensor.Zeros(x.Shape, device);
            device.BatchNormStatistics(x, 6, channels[0], channels[1]);
            device.BatchNormRunning(channels[0], channels[1], 12, 0.1f, channels[2], channels[3]);
            device.BatchNorm(x, channels[0], channels[1], 1e-5f, weight, weight, 6, y);
            device.BatchNormBackwardParameters(y, x, channels[0], channels[1], 1e-5f, 6, channels[4], channels[5]);
            device.BatchNormBackward(y, x, channels[0], channels[1], 1e-5f, weight, channels[4], channels[5], 6, inputGradient);
            device.UpsampleNearest(x, 2, large);
            device.UpsampleNearestBackward(large, 2, small);
            return [.. channels, y, inputGradient, large, small];
        }

        foreach ((Tensor expected, Tensor actual) in Run(Device.Cpu).Zip(Run(_device)))
        {
            Close(expected, actual);
        }
    }

    [Fact]
    public void Dropout_drops_the_same()
    {
        Tensor x = Tensor.Random([13], new Generator(24), -1, 1);
        Tensor expected = Tensor.Zeros([13]);
        Tensor actual = Tensor.Zeros([13], _device);
        Device.Cpu.Dropout(x, 1, 2, 0.5, expected);
        _device.Dropout(x.To(_device), 1, 2, 0.5, actual);
        Assert.Equal(expected.ToArray(), actual.ToArray());
    }

    [Theory]
    [MemberData(nameof(Updates))]
    public void Optimizers_agree(Type update)
    {
        Type form = typeof(UpdateStep<>).MakeGenericType(update);
        var step = (Action<Device, Tensor[]>)form.GetMethod(nameof(UpdateStep<>.Run))!.CreateDelegate(typeof(Action<Device, Tensor[]>));
        Tensor[] expected = [.. Enumerable.Range(20, 4).Select(seed => Tensor.Random([9], new Generator((ulong)seed)))];
        Tensor[] actual = [.. expected.Select(tensor => tensor.To(_device))];
        step(Device.Cpu, expected);
        step(_device, actual);
        for (int i = 0; i < expected.Length; i++)
        {
            Close(expected[i], actual[i]);
        }
    }

    // Whatever the coefficients mean, a formula gives the same everywhere.
    private static class UpdateStep<TUpdate>
        where TUpdate : struct, IUpdateOperator
    {
        public static void Run(Device device, Tensor[] t) => device.Update<TUpdate>(
            [new(t[0], t[1], TUpdate.StateCount > 0 ? t[2] : null, TUpdate.StateCount > 1 ? t[3] : null)],
            [0.01f, 0.1f, 0.9f, 0.5f, 0.999f, 0.001f, 0.1f, 0.99f]);
    }

    internal static void Close(Tensor expected, Tensor actual, double relative = 1e-5)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.True(
            expected.AllClose(actual.To(Device.Cpu), relative, 1e-6), $"expected {expected}{Environment.NewLine}but got {actual.To(Device.Cpu)}");
    }

    private static GpuView<float> Upload(GpuDriver driver, float[] values)
    {
        GpuView<float> view = new(driver.Allocate(values.Length * sizeof(float)), 0, values.Length);
        driver.CopyToDevice<float>(values, view);
        return view;
    }
}
