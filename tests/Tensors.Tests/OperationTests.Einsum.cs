namespace Quern.Tensors.Tests;

public abstract partial class OperationTests
{
    // Each behind the operands' shapes; what the result is without '->' is PyTorch's.
    [Theory]
    [InlineData("ij,jk->ik", "ik", "5x7,7x3")]
    [InlineData("ij,jk", "ik", "5x7,7x3")]
    [InlineData("ij,kj->ki", "ki", "5x7,3x7")]
    [InlineData("ji,kj->ik", "ik", "7x5,3x7")]
    [InlineData("bij,bjk->bik", "bik", "3x5x7,3x7x2")]
    [InlineData("bji,bkj->kbi", "kbi", "3x7x5,3x2x7")]
    [InlineData("bhid,bhjd->bhij", "bhij", "2x3x5x7,2x3x4x7")]
    [InlineData("bihd,bjhd->bhij", "bhij", "2x5x3x7,2x4x3x7")]
    [InlineData("ijkl,lkjm->mi", "mi", "2x3x4x5,5x4x3x2")]
    [InlineData("i,j->ij", "ij", "5,7")]
    [InlineData("i,i->", "", "7,7")]
    [InlineData("i,i", "", "7,7")]
    [InlineData("ij,ij->ij", "ij", "5x7,5x7")]
    [InlineData("ij,ij->i", "i", "5x7,5x7")]
    [InlineData("ij,ji->i", "i", "5x7,7x5")]
    [InlineData("ij,k->j", "j", "5x7,3")]
    [InlineData("ij->ji", "ji", "5x7")]
    [InlineData("ij->", "", "5x7")]
    [InlineData("ij->j", "j", "5x7")]
    [InlineData("ba", "ab", "5x7")]
    [InlineData("bA", "Ab", "5x7")]
    [InlineData("ii->i", "i", "5x5")]
    [InlineData("ii", "", "5x5")]
    [InlineData("iji,jj->ij", "ij", "3x5x3,5x5")]
    [InlineData("iiii->i", "i", "3x3x3x3")]
    [InlineData("ij,jk,kl->il", "il", "5x7,7x3,3x4")]
    [InlineData("i,ij,j->", "", "5,5x7,7")]
    [InlineData("ab,bc,cd,da->", "", "2x3,3x4,4x5,5x2")]
    [InlineData("ij,jk->ik", "ik", "1x7,1x3")]
    [InlineData("i,i->i", "i", "1,5")]
    [InlineData("ij,jk->ik", "ik", "5x0,0x3")]
    [InlineData("bij,bjk->bik", "bik", "0x5x7,0x7x2")]
    [InlineData(" i j , j k -> i k ", "ik", "5x7,7x3")]
    [InlineData("...ij,...jk->...ik", "10ik", "2x3x5x7,3x7x4", "10ij", "0jk")]
    [InlineData("...ij,...jk", "10ik", "2x1x5x7,2x3x7x4", "10ij", "10jk")]
    [InlineData("i...,i...->...", "10", "5x2x3,5x3", "i10", "i0")]
    [InlineData("...,...->...", "10", "2x3,3", "10", "0")]
    [InlineData("...i->i", "i", "2x3x5", "10i")]
    [InlineData("i...->i...", "i", "5", "i")]
    [InlineData(",i->i", "i", ",5")]
    [InlineData("ik,jk,k->ij", "ij", "131x67,33x67,67")]
    public void Einsum_agrees_with_the_plain_sum_of_products(string equation, string result, string operands, params string[] labels)
    {
        Shape[] shapes = [.. operands.Split(',').Select(shape => (Shape)(shape.Length == 0 ? [] : [.. shape.Split('x').Select(int.Parse)]))];
        if (labels.Length == 0)
        {
            labels = equation.Replace(" ", string.Empty, StringComparison.Ordinal).Split("->")[0].Split(',');
        }

        float[][] numbers = [.. shapes.Select((shape, i) => Plain.Numbers(shape.ElementCount, i + 1, -1, 1))];
        (double[] expected, Shape expectedShape) = Plain.Einsum(labels, result, numbers, shapes);
        Tensor[] tensors = [.. numbers.Zip(shapes, (operand, shape) => Tensor.From(operand, shape, device))];
        Tensor sum = Tensor.Einsum(equation, tensors);
        Assert.Equal(expectedShape, sum.Shape);
        Assert.Same(device, sum.Device);
        Assert.All(tensors, tensor => Assert.False(sum.Overlaps(tensor)));
        Plain.AssertClose(expected, sum, tolerance * 70, equation);
        Assert.All(numbers.Zip(tensors), operand => Assert.Equal(operand.First, operand.Second.ToArray()));
    }
}
