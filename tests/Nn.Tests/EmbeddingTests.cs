using Quern.Tensors;

namespace Quern.Nn.Tests;

public class EmbeddingTests
{
    [Fact]
    public void Numbers_and_tensors_give_the_same_and_repeated_ones_add_up()
    {
        foreach (Device device in Device.All)
        {
            Embedding embedding = new(4, 2, new Generator(1), device: device);
            float[] expected = embedding.Forward(Tensor.From([3, 0, 3], [3], device)).ToArray();
            embedding.Backward(Tensor.From([1, 2, 10, 20, 100, 200], [3, 2], device));
            float[] gradient = embedding.Weight.Gradient.ToArray();
            Assert.Equal([10, 20, 0, 0, 0, 0, 101, 202], gradient);
            embedding.Forward(1);
            embedding.Backward(Tensor.From([3, 4], [1, 2], device));
            Assert.Equal([10, 20, 3, 4, 0, 0, 101, 202], embedding.Weight.Gradient.ToArray());
            embedding.ZeroGradient();
            Assert.Equal(expected, embedding.Forward(3, 0, 3).ToArray());
            Assert.Equal(new float[3], embedding.Backward(Tensor.From([1, 2, 10, 20, 100, 200], [3, 2], device)).ToArray());
            Assert.Equal(gradient, embedding.Weight.Gradient.ToArray());
            embedding.Eval();
            Assert.Equal(expected, embedding.Forward(3, 0, 3).ToArray());
            Assert.Equal([2, 1, 2], embedding.Forward(Tensor.From([3, 0], [2, 1], device)).Shape);
            Assert.Equal([0, 2], embedding.Forward(Tensor.Zeros([0], device)).Shape);
        }
    }

    [Fact]
    public void The_padding_is_zeros_and_gets_no_gradient()
    {
        Embedding embedding = new(3, 2, new Generator(1), paddingIndex: 1);
        Assert.Equal([0, 0], embedding.Weight.Value[1..2].ToArray());
        Assert.All(embedding.Weight.Value[2..].ToArray(), value => Assert.NotEqual(0, value));
        embedding.Forward(1, 2);
        embedding.Backward(Tensor.Ones(2, 2));
        Assert.Equal([0, 0, 0, 0, 1, 1], embedding.Weight.Gradient.ToArray());
    }

    [Theory]
    [InlineData(-1f)]
    [InlineData(4f)]
    [InlineData(0.5f)]
    [InlineData(float.NaN)]
    public void What_is_no_index_is_refused(float index)
    {
        foreach (Device device in Device.All)
        {
            Embedding embedding = new(4, 2, new Generator(1), device: device);
            string Message() => Assert.Throws<ArgumentException>(() => embedding.Forward(Tensor.From([0, index], [2], device))).Message;
            Assert.Equal($"Embedding: there is an index {index}; indices are whole numbers from 0 to 3.", Message());
            embedding.Eval();
            Assert.Contains("whole numbers from 0 to 3", Message(), StringComparison.Ordinal);
        }

        Embedding one = new(4, 2, new Generator(1));
        Assert.Throws<ArgumentException>(() => one.Forward(0, 4));
        Assert.Throws<ArgumentException>(() => one.Forward(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Embedding(4, 2, new Generator(1), paddingIndex: 4));
        Assert.Throws<ShapeException>(() => one.Forward(Tensor.Zeros(1, 1, 1, 1, 1, 1)));
    }

    [Fact]
    public void Group_norm_refuses_what_does_not_fit()
    {
        Assert.StartsWith(
            "GroupNorm: 6 channels cannot be cut into 4 groups of equal size. Give a divisor of 6.", Assert.Throws<ArgumentException>(() => new GroupNorm(4, 6)).Message, StringComparison.Ordinal);
        foreach (Shape shape in (Shape[])[[6], [2, 5, 3], [2, 6, 0]])
        {
            Assert.StartsWith(
                $"GroupNorm: the input has shape {shape}; the layer takes [batch, 6, …]", Assert.Throws<ShapeException>(() => new GroupNorm(3, 6).Forward(Tensor.Zeros(shape))).Message, StringComparison.Ordinal);
        }
    }
}
