using Quern.Kernels.Operators;

namespace Quern.Kernels.Gpu;

/// <summary>Formulas of three operands over memory.</summary>
internal static partial class Ternary
{
    /// <summary>result = operator(first, second, third), with one third operand for all. One work-item for each element.</summary>
    /// <param name="first">The first operand.</param>
    /// <param name="second">The second operand, as long as the first.</param>
    /// <param name="third">The third operand.</param>
    /// <param name="result">The result, as long as the operands; it may be the same memory as either.</param>
    [Kernel]
    public static void Run<TOperator>(ArrayView<float> first, ArrayView<float> second, float third, ArrayView<float> result)
        where TOperator : struct, ITernaryOperator
    {
        int i = Grid.GlobalIndex.X;
        if (i < result.IntLength)
        {
            result[i] = TOperator.Invoke<DeviceScalar, float>(first[i], second[i], third);
        }
    }

    /// <summary>result = operator(first, second, third), element by element. One work-item for each element.</summary>
    /// <param name="first">The first operand.</param>
    /// <param name="second">The second operand, as long as the first.</param>
    /// <param name="third">The third operand, as long as the first.</param>
    /// <param name="result">The result, as long as the operands; it may be the same memory as any of them.</param>
    [Kernel]
    public static void RunTensors<TOperator>(ArrayView<float> first, ArrayView<float> second, ArrayView<float> third, ArrayView<float> result)
        where TOperator : struct, ITernaryOperator
    {
        int i = Grid.GlobalIndex.X;
        if (i < result.IntLength)
        {
            result[i] = TOperator.Invoke<DeviceScalar, float>(first[i], second[i], third[i]);
        }
    }
}
