using Quern.Tensors;

namespace Quern.Nn.Tests;

/// <summary>The bounds and moments of PyTorch's formulas, worked out by hand.</summary>
public class InitializersTests
{
    [Theory]
    [InlineData(256, 784, 1f)]
    [InlineData(33, 7, 2f)]
    public void GlorotUniform_fills_its_range_evenly(int outputs, int inputs, float gain)
    {
        Tensor weight = Tensor.Zeros([outputs, inputs]);
        Initializers.GlorotUniform(weight, new Generator(3), gain);
        AssertUniform(weight, gain * Math.Sqrt(6.0 / (inputs + outputs)));
    }

    [Fact]
    public void KaimingUniform_fills_its_range_evenly()
    {
        Tensor weight = Tensor.Zeros([64, 300]);
        Initializers.KaimingUniform(weight, new Generator(3));
        AssertUniform(weight, Math.Sqrt(2) * Math.Sqrt(3.0 / 300));
    }

    [Fact]
    public void The_axes_behind_the_second_multiply_the_fans()
    {
        Tensor weight = Tensor.Zeros([16, 8, 5, 3]);
        Initializers.GlorotUniform(weight, new Generator(3));
        AssertUniform(weight, Math.Sqrt(6.0 / ((16 * 15) + (8 * 15))));
        Initializers.KaimingUniform(weight, new Generator(3));
        AssertUniform(weight, Math.Sqrt(6.0 / (8 * 15)));
    }

    [Fact]
    public void KaimingNormal_has_its_deviation_and_the_shape_of_a_bell()
    {
        Tensor weight = Tensor.Zeros([400, 100]);
        Initializers.KaimingNormal(weight, new Generator(3));
        double expected = Math.Sqrt(2.0 / 100);
        (double mean, double deviation) = Moments(weight);
        Assert.InRange(mean / expected, -0.03, 0.03);
        Assert.InRange(deviation / expected, 0.98, 1.02);
        double within = weight.ToArray().Count(value => Math.Abs(value) < expected) / 40000.0;
        Assert.InRange(within, 0.67, 0.695);
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_and_another_seed_others()
    {
        float[] Weights(ulong seed) => new Linear(7, 5, new Generator(seed)).Weight.Value.ToArray();
        Assert.Equal(Weights(1), Weights(1));
        Assert.NotEqual(Weights(1), Weights(2));
    }

    [Fact]
    public void Two_layers_from_one_generator_differ()
    {
        Generator random = new(1);
        Assert.NotEqual(new Linear(7, 5, random).Weight.Value.ToArray(), new Linear(7, 5, random).Weight.Value.ToArray());
    }

    [Fact]
    public void A_Linear_layer_starts_with_Glorot_weights_and_a_bias_of_zeros()
    {
        Linear layer = new(300, 100, new Generator(1));
        AssertUniform(layer.Weight.Value, Math.Sqrt(6.0 / 400));
        Assert.All(layer.Bias!.Value.ToArray(), value => Assert.Equal(0, value));
        Assert.Null(new Linear(3, 1, new Generator(1), bias: false).Bias);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Convolutions_start_within_the_root_of_their_fan_in_as_in_PyTorch(bool transposed)
    {
        // A row of the weight: the other axis of channels, times the window.
        Convolution layer = transposed ? new ConvTranspose2d(7, 64, 2, new Generator(1)) : new Conv2d(64, 7, 2, new Generator(1));
        float bound = 1 / MathF.Sqrt(64 * 2 * 2);
        Assert.InRange(layer.Weight.Value.ToArray().Max(MathF.Abs), 0.99f * bound, bound);
        Assert.InRange(layer.Bias!.Value.ToArray().Max(MathF.Abs), 0.5f * bound, bound);
    }

    [Fact]
    public void Gains_are_PyTorchs()
    {
        Assert.Equal(MathF.Sqrt(2), Initializers.Gain(new Relu()), 1e-6f);
        Assert.Equal(MathF.Sqrt(2 / 1.04f), Initializers.Gain(new LeakyRelu(0.2f)), 1e-6f);
        Assert.Equal(5f / 3, Initializers.Gain(new Tanh()), 1e-6f);
        Assert.Equal(1, Initializers.Gain(new Sigmoid()));
        Assert.Equal(1, Initializers.Gain(new Softmax()));
        Assert.Contains("√2", Assert.Throws<ArgumentException>(() => Initializers.Gain(new Gelu())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Zeros_overwrites_with_zeros()
    {
        Tensor tensor = Tensor.Ones([3, 5]);
        Initializers.Zeros(tensor);
        Assert.All(tensor.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_bias_has_no_fans()
    {
        string message = Assert.Throws<ShapeException>(() => Initializers.GlorotUniform(Tensor.Zeros([5]), new Generator(0))).Message;
        Assert.Contains("[5]", message, StringComparison.Ordinal);
        Assert.Contains("Zeros", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fans_of_zero_are_refused_by_name()
    {
        foreach (Action<Tensor> fill in (Action<Tensor>[])
            [weight => Initializers.KaimingUniform(weight, new Generator(0)), weight => Initializers.KaimingNormal(weight, new Generator(0)),
             weight => Initializers.GlorotUniform(weight, new Generator(0))])
        {
            string message = Assert.Throws<ShapeException>(() => fill(Tensor.Zeros([5, 3, 0]))).Message;
            Assert.Contains("[5, 3, 0]", message, StringComparison.Ordinal);
            Assert.Contains("fan", message, StringComparison.Ordinal);
        }
    }

    private static void AssertUniform(Tensor weight, double bound)
    {
        float[] values = weight.ToArray();
        Assert.All(values, value => Assert.InRange(value, -bound * (1 + 1e-6), bound * (1 + 1e-6)));

        // The extremes and the moments of n evenly spread numbers, with more than five deviations of room.
        double room = 6 / Math.Sqrt(values.Length);
        Assert.InRange(values.Max() / bound, 1 - (room * room), 1 + 1e-6);
        Assert.InRange(values.Min() / bound, -1 - 1e-6, -1 + (room * room));
        (double mean, double deviation) = Moments(weight);
        Assert.InRange(mean / bound, -room, room);
        Assert.InRange(deviation * Math.Sqrt(3) / bound, 1 - room, 1 + room);
    }

    private static (double Mean, double Deviation) Moments(Tensor tensor)
    {
        float[] values = tensor.ToArray();
        double mean = values.Average(value => (double)value);
        return (mean, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))));
    }
}
