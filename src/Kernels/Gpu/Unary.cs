using Quern.Kernels.Operators;

namespace Quern.Kernels.Gpu;

/// <summary>Formulas of one operand over memory.</summary>
internal static partial class Unary
{
    /// <summary>y = operator(x). One work-item for each element.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    [Kernel]
    public static void Run<TOperator>(ArrayView<float> x, ArrayView<float> y)
        where TOperator : struct, IUnaryOperator
    {
        int i = Grid.GlobalIndex.X;
        if (i < y.IntLength)
        {
            y[i] = TOperator.Invoke<DeviceScalar, float>(x[i]);
        }
    }
}
