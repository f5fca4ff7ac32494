using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu;

/// <summary>The cosine.</summary>
public static class Cos
{
    /// <summary>y = cos x, element by element, x in radians.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the two overlap without being the same.</exception>
    public static void Forward(WorkerPool pool, ReadOnlySpan<float> x, Span<float> y) =>
        UnaryLoop.Run<CosOperator>("Cos.Forward", pool, x, y);
}

/// <summary>The cosine.</summary>
internal readonly struct CosOperator : IUnaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, ISimd<V>
        where V : unmanaged => S.Cos(x);
}
