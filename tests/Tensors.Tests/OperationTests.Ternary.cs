using Quern.Kernels.Operators;

namespace Quern.Tensors.Tests;

public abstract partial class OperationTests
{
    [Fact]
    public void Ternary_operations_take_a_third_operand_for_each_element() => OnEveryTier(() =>
    {
        foreach (Shape shape in Shapes)
        {
            float[][] numbers = [.. Enumerable.Range(1, 3).Select(seed => Plain.Numbers(shape.ElementCount, seed))];
            double[] expected = [.. numbers[0].Zip(numbers[1], numbers[2]).Select(of => of.Second > 0 ? of.First : (double)of.Third * of.First)];
            Tensor[] operands = [.. numbers.Select(operand => Tensor.From(operand, shape, device))];
            Tensor result = Tensor.Full(shape, 5, device);
            device.Ternary<LeakyReluGradientOperator>(operands[0], operands[1], operands[2], result);
            Plain.AssertClose(expected, result, tolerance, "Ternary");
            for (int over = 0; over < 3; over++)
            {
                Tensor[] mine = [.. operands.Select(operand => operand.Clone())];
                device.Ternary<LeakyReluGradientOperator>(mine[0], mine[1], mine[2], mine[over]);
                Plain.AssertClose(expected, mine[over], tolerance, $"Ternary over operand {over}");
            }
        }
    });
}
