using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu;

/// <summary>Adds a multiple of one operand to another: BLAS's axpy.</summary>
public static class AddScaled
{
    /// <summary>y += alpha · x, element by element.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="alpha">The factor.</param>
    /// <param name="x">What is added.</param>
    /// <param name="y">What it is added to, as long as <paramref name="x"/>; it may be the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the two overlap without being the same.</exception>
    public static void Run(WorkerPool pool, float alpha, ReadOnlySpan<float> x, Span<float> y) =>
        TernaryLoop.Run<AddScaledOperator>("AddScaled.Run", pool, x, y, alpha, y);
}

/// <summary>y + alpha · x.</summary>
internal readonly struct AddScaledOperator : ITernaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x, V y, V alpha)
        where S : struct, ISimd<V>
        where V : unmanaged => S.MultiplyAdd(alpha, x, y);
}
