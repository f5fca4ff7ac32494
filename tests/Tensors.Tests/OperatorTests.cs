using Quern.Kernels.Operators;

namespace Quern.Tensors.Tests;

/// <summary>The operators with numbers of every kind on either side, and the comparisons.</summary>
public sealed class OperatorTests
{
    private static readonly Tensor A = Tensor.From(1, 2, 3);

    [Fact]
    public void Numbers_may_be_double_float_or_whole()
    {
        Assert.Equal([2.5f, 5, 7.5f], (A * 2.5).ToArray());
        Assert.Equal([2.5f, 5, 7.5f], (2.5f * A).ToArray());
        Assert.Equal([3, 4, 5], (A + 2).ToArray());
        Assert.Equal([1, 0, -1], (2.0 - A).ToArray());
        Assert.Equal([6, 3, 2], (6 / A).ToArray());
        Assert.Equal([1.5f, 2, 3], A.Maximum(1.5).ToArray());
        Assert.Equal([0.1f, 0.1f], Tensor.Full([2], 0.1).ToArray());
    }

    [Fact]
    public void Composed_the_inner_operator_comes_first()
    {
        Assert.All(Device.All, device =>
        {
            Assert.Equal([-1, -4, -9], A.To(device).Map<Compose<SquareOperator, NegateOperator>>().ToArray());
            Assert.Equal([1, 4, 9], A.To(device).Map<Compose<NegateOperator, SquareOperator>>().ToArray());
        });
    }

    [Fact]
    public void Comparisons_are_element_by_element()
    {
        Tensor b = Tensor.From(3, 2, 1);
        Assert.Equal([0, 1, 0], (A == b).ToArray());
        Assert.Equal([1, 0, 1], (A != b).ToArray());
        Assert.Equal([0, 0, 1], (A > b).ToArray());
        Assert.Equal([0, 1, 1], (A >= b).ToArray());
        Assert.Equal([1, 0, 0], (A < b).ToArray());
        Assert.Equal([1, 1, 0], (A <= b).ToArray());
    }

    [Fact]
    public void Comparisons_take_a_number_on_either_side()
    {
        Assert.Equal([0, 0, 1], (A > 2).ToArray());
        Assert.Equal([1, 0, 0], (2 > A).ToArray());
        Assert.Equal([0, 1, 1], (A >= 2.0).ToArray());
        Assert.Equal([1, 1, 0], (2 >= A).ToArray());
        Assert.Equal([1, 0, 0], (A < 1.5).ToArray());
        Assert.Equal([0, 1, 1], (1.5 < A).ToArray());
        Assert.Equal([1, 1, 0], (A <= 2f).ToArray());
        Assert.Equal([0, 1, 1], (2 <= A).ToArray());
        Assert.Equal([0, 1, 0], (A == 2).ToArray());
        Assert.Equal([1, 0, 1], (2 != A).ToArray());
        Assert.Equal(2, (A > 1).Sum().Item());
    }

    [Fact]
    public void Equals_is_identity_so_that_tensors_serve_as_keys()
    {
        Assert.True(A.Equals(A));
        Assert.False(A.Equals(A.Clone()));
        Assert.False(A.Equals(null));
        HashSet<Tensor> set = [A, A, A.Clone()];
        Assert.Equal(2, set.Count);
    }

    [Fact]
    public void Null_is_an_error_by_name()
    {
        Assert.Equal("left", Assert.Throws<ArgumentNullException>(() => (Tensor)null! == A).ParamName);
        Assert.Equal("right", Assert.Throws<ArgumentNullException>(() => A == null!).ParamName);
    }
}
