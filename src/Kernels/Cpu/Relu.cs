using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu;

/// <summary>The rectified linear unit.</summary>
public static class Relu
{
    /// <summary>y = max(x, 0), element by element; NaN stays NaN.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the two overlap without being the same.</exception>
    public static void Forward(WorkerPool pool, ReadOnlySpan<float> x, Span<float> y) =>
        UnaryLoop.Run<ReluOperator>("Relu.Forward", pool, x, y);

    /// <summary>inputGradient = outputGradient · (output > 0 ? 1 : 0), element by element.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="outputGradient">The loss's derivative with respect to the output.</param>
    /// <param name="output">What <see cref="Forward"/> gave.</param>
    /// <param name="inputGradient">The result, as long as the operands; it may be the same memory as either.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an operand without being the same.</exception>
    public static void Backward(
        WorkerPool pool, ReadOnlySpan<float> outputGradient, ReadOnlySpan<float> output, Span<float> inputGradient) =>
        BinaryLoop.Run<ReluGradientOperator>("Relu.Backward", pool, outputGradient, output, inputGradient);
}

/// <summary>max(x, 0).</summary>
internal readonly struct ReluOperator : IUnaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, ISimd<V>
        where V : unmanaged => S.AtLeast(S.Broadcast(0), x);
}

/// <summary>outputGradient · (output > 0 ? 1 : 0).</summary>
internal readonly struct ReluGradientOperator : IBinaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V outputGradient, V output)
        where S : struct, ISimd<V>
        where V : unmanaged => S.And(S.Greater(output, S.Broadcast(0)), outputGradient);
}
