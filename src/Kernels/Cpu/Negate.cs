using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu;

/// <summary>The negative.</summary>
public static class Negate
{
    /// <summary>y = -x, element by element.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the two overlap without being the same.</exception>
    public static void Forward(WorkerPool pool, ReadOnlySpan<float> x, Span<float> y) =>
        UnaryLoop.Run<NegateOperator>("Negate.Forward", pool, x, y);
}

/// <summary>The negative.</summary>
internal readonly struct NegateOperator : IUnaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, ISimd<V>
        where V : unmanaged => S.Negate(x);
}
