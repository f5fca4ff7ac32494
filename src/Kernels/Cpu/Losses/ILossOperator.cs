using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.Losses;

/// <summary>What one element adds to a loss, with the derivatives.</summary>
internal interface ILossOperator
{
    /// <summary>The formula, for every lane.</summary>
    /// <param name="first">The first operand.</param>
    /// <param name="second">The second operand.</param>
    /// <param name="firstGradient">The derivative with respect to the first operand.</param>
    /// <param name="secondGradient">The derivative with respect to the second, or anything where the loss has none.</param>
    static abstract V Invoke<S, V>(V first, V second, out V firstGradient, out V secondGradient)
        where S : struct, ISimd<V>
        where V : unmanaged;
}
