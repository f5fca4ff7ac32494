using Quern.Kernels.Operators;

namespace Quern.Kernels.Gpu;

/// <summary>Formulas of two operands over memory.</summary>
internal static partial class Binary
{
    /// <summary>result = operator(left, right). One work-item for each element.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The result, as long as the operands; it may be the same memory as either.</param>
    [Kernel]
    public static void Run<TOperator>(ArrayView<float> left, ArrayView<float> right, ArrayView<float> result)
        where TOperator : struct, IBinaryOperator
    {
        int i = Grid.GlobalIndex.X;
        if (i < result.IntLength)
        {
            result[i] = TOperator.Invoke<DeviceScalar, float>(left[i], right[i]);
        }
    }

    /// <summary>The same with one right operand for all.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The result, as long as <paramref name="left"/>; it may be the same memory.</param>
    [Kernel]
    public static void RunRight<TOperator>(ArrayView<float> left, float right, ArrayView<float> result)
        where TOperator : struct, IBinaryOperator
    {
        int i = Grid.GlobalIndex.X;
        if (i < result.IntLength)
        {
            result[i] = TOperator.Invoke<DeviceScalar, float>(left[i], right);
        }
    }

    /// <summary>The same with one left operand for all.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The result, as long as <paramref name="right"/>; it may be the same memory.</param>
    [Kernel]
    public static void RunLeft<TOperator>(float left, ArrayView<float> right, ArrayView<float> result)
        where TOperator : struct, IBinaryOperator
    {
        int i = Grid.GlobalIndex.X;
        if (i < result.IntLength)
        {
            result[i] = TOperator.Invoke<DeviceScalar, float>(left, right[i]);
        }
    }

    /// <summary>The same with operands that are broadcast to the result's shape.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The result, row-major; it may be the memory of an operand that is not repeated.</param>
    /// <param name="walk">How the operands are walked: see <see cref="Broadcast"/>.</param>
    [Kernel]
    public static void RunBroadcast<TOperator>(ArrayView<float> left, ArrayView<float> right, ArrayView<float> result, ArrayView<int> walk)
        where TOperator : struct, IBinaryOperator
    {
        int i = Grid.GlobalIndex.X;
        if (i < result.IntLength)
        {
            float a = left[Broadcast.Offset(walk, Broadcast.Left, i)];
            float b = right[Broadcast.Offset(walk, Broadcast.Right, i)];
            result[i] = TOperator.Invoke<DeviceScalar, float>(a, b);
        }
    }
}
