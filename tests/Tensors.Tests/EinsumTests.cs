namespace Quern.Tensors.Tests;

/// <summary>The equations that are refused, and what the messages say; what the others give is tested for every device.</summary>
public sealed class EinsumTests
{
    [Theory]
    [InlineData("ij,jk->iz", "the result of 'ij,jk->iz' has an axis 'z', which no operand has")]
    [InlineData("ij,jk->kk", "the result of 'ij,jk->kk' has the axis 'k' twice")]
    [InlineData("ij->i", "the equation 'ij->i' has 1 terms, parted by commas, and 2 operands were given; each operand has its term")]
    [InlineData("ij,jk,kl", "the equation 'ij,jk,kl' has 3 terms, parted by commas, and 2 operands were given; each operand has its term")]
    [InlineData("ijk,jk", "the term 'ijk' of 'ijk,jk' names 3 axes; operand 0 has shape [2, 3]")]
    [InlineData("ij,j", "the term 'j' of 'ij,j' names 1 axes; operand 1 has shape [3, 4]")]
    [InlineData("ij,jkl...", "the term 'jkl...' of 'ij,jkl...' names 3 axes; operand 1 has shape [3, 4]")]
    [InlineData("ij,jk->i->k", "the equation 'ij,jk->i->k' has '->' more than once")]
    [InlineData("i1,jk", "the equation 'i1,jk' has '1' where a letter of an axis should be; it is written as 'ij,jk->ik', with '...' at most once in a term")]
    [InlineData("i..,jk", "the equation 'i..,jk' has '.' where a letter of an axis should be; it is written as 'ij,jk->ik', with '...' at most once in a term")]
    [InlineData("......,jk", "the equation '......,jk' has '.' where a letter of an axis should be; it is written as 'ij,jk->ik', with '...' at most once in a term")]
    [InlineData("ij,jk->i-k", "the equation 'ij,jk->i-k' has '-' where a letter of an axis should be; it is written as 'ij,jk->ik', with '...' at most once in a term")]
    public void An_equation_that_is_none_is_refused(string equation, string reason) => Assert.Equal(
        $"Einsum: {reason}.", Assert.Throws<ArgumentException>(() => Tensor.Einsum(equation, Tensor.Zeros([2, 3]), Tensor.Zeros([3, 4]))).Message);

    [Fact]
    public void Axes_of_one_letter_that_differ_are_named()
    {
        Assert.Equal(
            "Einsum: the axis 'j' of 'ij,jk' has length 4 in operand 1, of shape [4, 2], and 3 before; they must be equal, or one of them 1.",
            Message("ij,jk", [2, 3], [4, 2]));
        Assert.Equal(
            "Einsum: an axis of '...' of '...i,...i' has length 5 in operand 1, of shape [5, 2], and 3 before; they must be equal, or one of them 1.",
            Message("...i,...i", [3, 2], [5, 2]));
        Assert.Equal(
            "Einsum: the axis 'i' of 'ii' has the lengths 1 and 3 in operand 0; a diagonal takes equal ones.",
            Message("ii", [1, 3]));
        Assert.StartsWith("Shape: 8 axes were given", Message("abcd,efgh->abcdefgh", [1, 1, 1, 1], [1, 1, 1, 1]), StringComparison.Ordinal);

        static string Message(string equation, params Shape[] shapes) =>
            Assert.Throws<ShapeException>(() => Tensor.Einsum(equation, [.. shapes.Select(shape => Tensor.Zeros(shape))])).Message;
    }

    [Fact]
    public void Nothing_is_no_operand()
    {
        Assert.Throws<ArgumentException>(() => Tensor.Einsum("->"));
        Assert.Throws<ArgumentNullException>(() => Tensor.Einsum(null!, Tensor.Zeros([2])));
        Assert.Throws<ArgumentNullException>(() => Tensor.Einsum("i,i", Tensor.Zeros([2]), null!));
    }
}
