namespace Quern.Tensors.Tests;

public sealed class AllCloseTests
{
    [Fact]
    public void Tensors_are_close_within_the_relative_or_the_absolute_tolerance()
    {
        Assert.True(Tensor.From(1, 2).AllClose(Tensor.From(1.000005f, 2)));
        Assert.False(Tensor.From(1, 2).AllClose(Tensor.From(1.0001f, 2)));
        Assert.True(Tensor.From(0f).AllClose(Tensor.From(1e-9f)));
        Assert.False(Tensor.From(0f).AllClose(Tensor.From(1e-7f)));
        Assert.True(Tensor.From(100f).AllClose(Tensor.From(101f), relative: 0, absolute: 1));
        Assert.False(Tensor.From(100f).AllClose(Tensor.From(101.5f), relative: 0, absolute: 1));
    }

    [Fact]
    public void Shapes_must_be_equal_and_do_not_broadcast()
    {
        Assert.False(Tensor.Ones([2]).AllClose(Tensor.Ones([1, 2])));
        Assert.False(Tensor.Ones([2]).AllClose(Tensor.Ones([1])));
        Assert.True(Tensor.Zeros([0, 2]).AllClose(Tensor.Zeros([0, 2])));
    }

    [Fact]
    public void NaN_is_close_to_nothing()
    {
        Assert.False(Tensor.From(float.NaN).AllClose(Tensor.From(float.NaN)));
        Assert.False(Tensor.From(float.NaN).AllClose(Tensor.From(1f), absolute: double.PositiveInfinity));
        Assert.False(Tensor.From(1f).AllClose(Tensor.From(float.NaN)));
    }

    [Fact]
    public void An_infinity_is_close_to_itself_only()
    {
        Tensor infinity = Tensor.From(float.PositiveInfinity);
        Assert.True(infinity.AllClose(infinity.Clone()));
        Assert.False(infinity.AllClose(-infinity));
        Assert.False(Tensor.From(1f).AllClose(infinity));
        Assert.False(infinity.AllClose(Tensor.From(1f)));
        Assert.False(Tensor.From(float.MaxValue).AllClose(infinity));
    }
}
