using Quern.Tensors;

namespace Quern.Nn.Tests;

public class OrthogonalTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 5)]
    [InlineData(5, 7)]
    [InlineData(64, 64)]
    [InlineData(3, 131)]
    public void Rows_or_columns_are_perpendicular_and_of_length_gain(int rows, int columns)
    {
        Tensor weight = Tensor.Zeros([rows, columns]);
        Initializers.Orthogonal(weight, new Generator(1), gain: 2);
        Tensor products = rows <= columns ? weight.MatMul(weight, transposeRight: true) : weight.MatMul(weight, transposeLeft: true);
        for (int i = 0; i < products.Shape[0]; i++)
        {
            for (int j = 0; j < products.Shape[0]; j++)
            {
                Assert.Equal(i == j ? 4 : 0, products[i, j], 1e-5f);
            }
        }
    }

    [Fact]
    public void The_axes_behind_the_first_count_as_one()
    {
        Tensor weight = Tensor.Zeros([4, 2, 3, 3]);
        Initializers.Orthogonal(weight, new Generator(1));
        Tensor matrix = weight.Reshape(4, 18);
        Assert.Equal(4, matrix.MatMul(matrix, transposeRight: true).Sum().Item(), 1e-5f);
    }

    [Fact]
    public void Gains_are_those_of_PyTorch()
    {
        // torch.nn.init.calculate_gain.
        Assert.Equal(1.4142135623730951f, Initializers.Gain(new Relu()));
        Assert.Equal(1.4141428569978354f, Initializers.Gain(new LeakyRelu()), 1e-6f);
        Assert.Equal(1.6666666666666667f, Initializers.Gain(new Tanh()));
        Assert.Equal(1, Initializers.Gain(new Sigmoid()));
        Assert.Throws<ArgumentException>(() => Initializers.Gain(new Gelu()));
    }
}
