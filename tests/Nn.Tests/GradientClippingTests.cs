using Quern.Tensors;

namespace Quern.Nn.Tests;

public class GradientClippingTests
{
    [Fact]
    public void Gradients_above_the_bound_are_scaled_together_and_the_norm_before_is_returned()
    {
        Parameter[] parameters = WithGradients([3], [0, 4]);
        Assert.Equal(5, GradientClipping.ClipNorm(parameters, 2).Item(), 1e-6f);
        Assert.Equal(1.2f, parameters[0].Gradient.Item(), 1e-6f);
        Assert.Equal(1.6f, parameters[1].Gradient[1], 1e-6f);
    }

    [Fact]
    public void Gradients_within_the_bound_stay_to_the_bit()
    {
        Parameter[] parameters = WithGradients([3], [0, 4]);
        Tensor norm = Tensor.Zeros([]);
        Assert.Same(norm, GradientClipping.ClipNorm(parameters, 5.1f, norm));
        Assert.Equal(3, parameters[0].Gradient.Item());
        Assert.Equal([0, 4], parameters[1].Gradient.ToArray());
    }

    [Fact]
    public void Parameters_without_a_gradient_are_left_out()
    {
        Parameter[] parameters = [.. WithGradients([3]), new Parameter(Tensor.Ones([5]))];
        Assert.Equal(3, GradientClipping.ClipNorm(parameters, 1).Item());
        Assert.False(parameters[1].HasGradient);
        Assert.Equal(0, GradientClipping.ClipNorm([parameters[1]], 1).Item());
    }

    [Fact]
    public void Without_any_gradient_the_norm_that_was_given_is_zero()
    {
        Tensor norm = Tensor.Full([], 7);
        Assert.Same(norm, GradientClipping.ClipNorm([new Parameter(Tensor.Ones([5]))], 1, norm));
        Assert.Equal(0, norm.Item());
    }

    [Fact]
    public void A_norm_that_lies_in_a_gradient_is_refused()
    {
        Parameter[] parameters = WithGradients([3, 4]);
        ArgumentException error = Assert.Throws<ArgumentException>(() => GradientClipping.ClipNorm(parameters, 1, parameters[0].Gradient.Rows(1, 1)));
        Assert.Contains("a gradient", error.Message, StringComparison.Ordinal);
        Assert.Equal([3, 4], parameters[0].Gradient.ToArray());
    }

    [Fact]
    public void A_millionth_joins_the_norm_that_divides_as_in_PyTorch()
    {
        Parameter[] parameters = WithGradients([3e-6f]);
        GradientClipping.ClipNorm(parameters, 1e-6f);
        Assert.Equal(3e-6 * 1e-6 / (3e-6 + 1e-6), parameters[0].Gradient.Item(), 1e-12);
    }

    [Fact]
    public void A_bound_that_is_not_above_zero_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ClipNorm([], 0));

    private static Parameter[] WithGradients(params float[][] gradients) => [.. gradients.Select(values =>
    {
        Parameter parameter = new(Tensor.Zeros([values.Length]));
        parameter.AccumulateGradient(out _).CopyFrom(values);
        return parameter;
    })];
}
