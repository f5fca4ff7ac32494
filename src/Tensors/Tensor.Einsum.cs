namespace Quern.Tensors;

// Sums of products, written with a letter for each axis.
public sealed partial class Tensor
{
    /// <summary>
    /// Sums of products by Einstein's convention: <c>Tensor.Einsum("ij,jk->ik", a, b)</c> is the product of two matrices. Each operand has a term with a
    /// letter for each of its axes; axes of the same letter go together, and those that the result does not name are summed over.
    /// </summary>
    /// <param name="equation">
    /// The operands' terms, parted by commas, and behind <c>-&gt;</c> the result's; spaces do not count. Without the latter, the result has the letters that
    /// occur once, in alphabetical order, the upper case first. A letter twice in one term takes the diagonal. <c>...</c> stands for the axes that a term
    /// does not name; these broadcast, and come first in a result that is not given.
    /// </param>
    /// <param name="operands">At least one, on one device. Axes of one letter are equally long, or 1.</param>
    /// <returns>A new tensor.</returns>
    /// <remarks>The operands are taken two by two from the first on, each time by permuting axes and a product of matrices, or of elements.</remarks>
    /// <exception cref="ArgumentException">The equation is not one, or does not fit the operands.</exception>
    /// <exception cref="ShapeException">Axes of one letter have different lengths, or a product has more than six axes.</exception>
    /// <exception cref="DeviceException">The tensors live on different devices.</exception>
    public static Tensor Einsum(string equation, params ReadOnlySpan<Tensor> operands)
    {
        ArgumentNullException.ThrowIfNull(equation);
        Tensor first = FirstOf(nameof(Einsum), operands);
        foreach (Tensor operand in operands)
        {
            first.CheckSameDevice(nameof(Einsum), operand);
        }

        EinsumEquation parsed = EinsumEquation.Parse(equation, operands);
        LabelledTensor product = parsed.Operand(0, operands[0]);
        for (int i = 1; i < operands.Length; i++)
        {
            product = LabelledTensor.Product(product, parsed.Operand(i, operands[i]), parsed.NeededBehind(i));
        }

        Tensor result = product.SumOver(label => !parsed.Result.Contains(label)).InOrder(parsed.Result).Tensor;
        foreach (Tensor operand in operands)
        {
            if (result.Memory == operand.Memory)
            {
                return result.Clone();
            }
        }

        return result;
    }
}
