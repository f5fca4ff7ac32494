using Quern.Kernels.Operators;
using Quern.Tests.Shared;

namespace Quern.Tensors.Tests;

/// <summary>What layers, losses and gradient clipping ask of a device: the first OpenCL device against the processor.</summary>
public sealed class OpenClLayerOperationTests
{
    private static readonly Shape[] Shapes = [[1, 1], [1, 2], [3, 7], [5, 16], [7, 31], [13, 64], [2, 131], [331, 57], [2, 2003], [1, 20_011]];

    private readonly GpuDevice _device = OpenClOperationTests.OpenClDevice();

    public static TheoryData<string> Names => LayerOperation.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void An_operation_agrees_with_the_processor_on_every_shape(string name)
    {
        LayerOperation operation = LayerOperation.Named(name);
        foreach (Shape shape in Shapes)
        {
            Tensor[] expected = operation.Run(Device.Cpu, shape);
            Tensor[] actual = operation.Run(_device, shape);
            for (int i = 0; i < expected.Length; i++)
            {
                AssertClose($"{name} on {shape}, result {i}", expected[i].ToArray(), actual[i].ToArray());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Two_runs_give_the_same_bits(string name)
    {
        LayerOperation operation = LayerOperation.Named(name);
        float[][] Run() => [.. operation.Run(_device, [331, 57]).Select(tensor => tensor.ToArray())];
        Assert.Equal(Run(), Run());
    }

    [Theory]
    [InlineData("LeakyRelu")]
    [InlineData("Gelu")]
    [InlineData("Gelu with tanh")]
    [InlineData("Silu")]
    [InlineData("Softmax")]
    [InlineData("LayerNorm")]
    [InlineData("Norm and ClipNorm")]
    public void No_rows_are_no_work(string name)
    {
        LayerOperation operation = LayerOperation.Named(name);
        float[][] Run(Device device) => [.. operation.Run(device, [0, 3]).Select(tensor => tensor.ToArray())];
        Assert.Equal(Run(Device.Cpu), Run(_device));
    }

    [Fact]
    public void Activations_keep_NaN_and_make_none_of_numbers_far_out()
    {
        Tensor x = Tensor.From([float.NaN, 1e20f, -1e20f], [3], _device);
        Tensor ones = Tensor.Ones([3], _device);
        Tensor result = Tensor.Zeros([3], _device);
        void Check(Action forward, Action backward, float slope)
        {
            forward();
            float[] y = result.ToArray();
            Assert.True(float.IsNaN(y[0]));
            Assert.Equal(1e20f, y[1]);
            Assert.False(float.IsNaN(y[2]));
            backward();
            Assert.Equal([1, slope], result.ToArray()[1..]);
        }

        Check(() => _device.Binary<LeakyReluOperator>(x, 0.2f, result), () => _device.Ternary<LeakyReluGradientOperator>(ones, x, 0.2f, result), 0.2f);
        Check(() => _device.Unary<GeluOperator>(x, result), () => _device.Binary<GeluGradientOperator>(ones, x, result), 0);
        Check(() => _device.Unary<GeluTanhOperator>(x, result), () => _device.Binary<GeluTanhGradientOperator>(ones, x, result), 0);
        Check(() => _device.Unary<SiluOperator>(x, result), () => _device.Binary<SiluGradientOperator>(ones, x, result), 0);
    }

    [Fact]
    public void Softmax_neither_overflows_nor_divides_by_zero()
    {
        Tensor x = Tensor.From([1e30f, 1e30f, -1e30f, -3e38f, -3e38f, -3e38f], [2, 3], _device);
        _device.Softmax(x, x);
        AssertClose("Softmax", [0.5f, 0.5f, 0, 1f / 3, 1f / 3, 1f / 3], x.ToArray());
    }

    // Rows of the rest alone, and of fours of numbers.
    [Theory]
    [InlineData(7)]
    [InlineData(1001)]
    public void LayerNorm_keeps_its_digits_beside_a_large_mean(int columns)
    {
        Tensor x = LayerOperation.Numbers(_device, [3, columns], 1, 1000, 1001);
        Tensor output = Tensor.Zeros([3, columns], _device);
        Tensor mean = Tensor.Zeros([3], _device);
        Tensor inverse = Tensor.Zeros([3], _device);
        _device.LayerNorm(x, null, null, columns, 1e-5f, output, mean, inverse);
        float[] numbers = x.ToArray();
        for (int row = 0; row < 3; row++)
        {
            double[] values = Plain.Doubles(numbers[(row * columns)..((row + 1) * columns)]);
            double center = values.Average();
            double variance = values.Average(value => (value - center) * (value - center));
            Assert.Equal(center, mean[row], 1e-4);
            Assert.Equal(1 / Math.Sqrt(variance + 1e-5), inverse[row], 1e-4);
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(1.0)]
    public void Dropout_drops_what_the_processor_drops_to_the_bit(double probability)
    {
        foreach (int length in (int[])[0, 1, 2, 3, 5, 1009])
        {
            float[] Run(Device device)
            {
                Tensor x = LayerOperation.Numbers(device, [length], 1, -3, 3);
                device.Dropout(x, 0x0123456789ABCDEF, 0xFEDCBA9876543210, probability, x);
                return x.ToArray();
            }

            Assert.Equal(Run(Device.Cpu).Select(BitConverter.SingleToUInt32Bits), Run(_device).Select(BitConverter.SingleToUInt32Bits));
        }

        Tensor wild = Tensor.Full([100], float.NaN, _device);
        _device.Dropout(wild, 1, 1, probability, wild);
        Assert.All(wild.ToArray(), value => Assert.True(value == 0 ? probability > 0 : probability < 1));
    }

    [Fact]
    public void A_certain_and_wrong_probability_costs_100_as_in_PyTorch()
    {
        Tensor loss = Tensor.Zeros([], _device);
        Tensor gradient = Tensor.Zeros([2], _device);
        Tensor output = Tensor.From([0, 1], [2], _device);
        _device.Loss<BceOperator>(output, Tensor.From([1, 0], [2], _device), 1, 0, loss, gradient, null);
        Assert.Equal(200, loss.Item());
        Assert.Equal([-1e12f, 1e12f], gradient.ToArray());
        _device.Loss<BceOperator>(output, output, 1, 0, loss, null, null);
        Assert.Equal(0, loss.Item());
    }

    [Fact]
    public void A_small_loss_of_logits_keeps_its_digits()
    {
        Tensor loss = Tensor.Zeros([], _device);
        _device.Loss<BceWithLogitsOperator>(Tensor.Full([1], 18, _device), Tensor.Ones([1], _device), 1, 0, loss, null, null);
        Assert.Equal(Math.Exp(-18), loss.Item(), Math.Exp(-18) * 1e-5);
    }

    [Theory]
    [InlineData(-1f)]
    [InlineData(3f)]
    [InlineData(0.5f)]
    [InlineData(float.NaN)]
    public void CrossEntropy_refuses_what_is_no_class_with_the_processors_words(float target)
    {
        string Message(Device device) => Assert.Throws<ArgumentException>(() => device.CrossEntropy(
            Tensor.Zeros([2, 3], device), Tensor.From([0, target], [2], device), 1, Tensor.Zeros([], device), null)).Message;
        Assert.Equal(Message(Device.Cpu), Message(_device));
    }

    [Fact]
    public void CrossEntropy_may_rule_out_classes_that_are_not_wanted()
    {
        Tensor loss = Tensor.Zeros([], _device);
        Tensor gradient = Tensor.Zeros([1, 3], _device);
        _device.CrossEntropy(Tensor.From([1, float.NegativeInfinity, 1], [1, 3], _device), Tensor.Zeros([1], _device), 1, loss, gradient);
        Assert.Equal(Math.Log(2), loss.Item(), 1e-6f);
        AssertClose("gradient", [-0.5f, 0, 0.5f], gradient.ToArray());
    }

    [Fact]
    public void Nothing_is_allocated_on_the_managed_heap_once_they_have_run()
    {
        Shape shape = [67, 31];
        Tensor x = LayerOperation.Numbers(_device, shape, 1, 0.1f, 0.9f);
        Tensor y = Tensor.Zeros(shape, _device);
        Tensor z = Tensor.Zeros(shape, _device);
        Tensor product = Tensor.Zeros(shape, _device);
        Tensor classes = x.ArgMax(1);
        Tensor mean = Tensor.Zeros([67], _device);
        Tensor inverse = Tensor.Zeros([67], _device);
        Tensor loss = Tensor.Zeros([], _device);
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
            _device.Binary<LeakyReluOperator>(x, 0.1f, y);
            _device.Ternary<LeakyReluGradientOperator>(y, x, 0.1f, z);
            _device.Unary<GeluTanhOperator>(x, y);
            _device.Binary<GeluTanhGradientOperator>(y, x, z);
            _device.Unary<SiluOperator>(x, y);
            _device.Binary<SiluGradientOperator>(y, x, z);
            _device.Softmax(x, y);
            _device.SoftmaxBackward(x, y, z);
            _device.LayerNorm(x, null, null, 31, 0.1f, y, mean, inverse);
            _device.LayerNormBackward(y, x, null, mean, inverse, 31, z, product);
            _device.Dropout(x, 1, 2, 0.5, y);
            _device.Loss<BceOperator>(x, x, 1, 0, loss, y, null);
            _device.Loss<BceWithLogitsOperator>(x, x, 1, 0, loss, y, null);
            _device.CrossEntropy(x, classes, 1, loss, y);
            _device.Loss<KlDivergenceOperator>(x, x, 1, 0, loss, y, z);
            _device.Norm(y, loss, accumulate: false);
            _device.ClipNorm(y, loss, 1);
        }
    }

    // Small elements beside large ones have the absolute error of the large.
    private static void AssertClose(string what, float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Select(Math.Abs).DefaultIfEmpty().Max();
        for (int i = 0; i < expected.Length; i++)
        {
            double allowed = (1e-5 * Math.Abs(expected[i])) + (1e-6 * largest) + 1e-8;
            Expect.True(Math.Abs((double)expected[i] - actual[i]) <= allowed, $"{what}, element {i}: expected {expected[i]}, got {actual[i]}.");
        }
    }
}
