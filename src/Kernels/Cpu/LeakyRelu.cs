using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu;

/// <summary>The rectified linear unit that lets a part of negative values through.</summary>
public static class LeakyRelu
{
    /// <summary>y = x > 0 ? x : slope · x, element by element; NaN stays NaN.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand.</param>
    /// <param name="slope">The factor of negative values.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the two overlap without being the same.</exception>
    public static void Forward(WorkerPool pool, ReadOnlySpan<float> x, float slope, Span<float> y) =>
        BinaryLoop.Run<LeakyReluOperator>("LeakyRelu.Forward", pool, x, slope, y);

    /// <summary>inputGradient = outputGradient · (x > 0 ? 1 : slope), element by element.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="outputGradient">The loss's derivative with respect to the output.</param>
    /// <param name="x">The operand of <see cref="Forward"/>.</param>
    /// <param name="slope">The factor of negative values.</param>
    /// <param name="inputGradient">The result, as long as the operands; it may be the same memory as either.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an operand without being the same.</exception>
    public static void Backward(
        WorkerPool pool, ReadOnlySpan<float> outputGradient, ReadOnlySpan<float> x, float slope, Span<float> inputGradient) =>
        TernaryLoop.Run<LeakyReluGradientOperator>("LeakyRelu.Backward", pool, outputGradient, x, slope, inputGradient);
}

/// <summary>x > 0 ? x : slope · x.</summary>
internal readonly struct LeakyReluOperator : IBinaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x, V slope)
        where S : struct, ISimd<V>
        where V : unmanaged => S.Select(S.Greater(x, S.Broadcast(0)), x, S.Multiply(slope, x));
}

/// <summary>outputGradient · (x > 0 ? 1 : slope).</summary>
internal readonly struct LeakyReluGradientOperator : ITernaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V outputGradient, V x, V slope)
        where S : struct, ISimd<V>
        where V : unmanaged => S.Select(S.Greater(x, S.Broadcast(0)), outputGradient, S.Multiply(slope, outputGradient));
}
