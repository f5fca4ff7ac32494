using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu;

/// <summary>The sigmoid linear unit, also called swish.</summary>
public static class Silu
{
    /// <summary>y = x · sigmoid(x), element by element, within 4 ulp.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the two overlap without being the same.</exception>
    public static void Forward(WorkerPool pool, ReadOnlySpan<float> x, Span<float> y) =>
        UnaryLoop.Run<SiluOperator>("Silu.Forward", pool, x, y);

    /// <summary>inputGradient = outputGradient · s (1 + x (1 - s)), where s = sigmoid(x), element by element.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="outputGradient">The loss's derivative with respect to the output.</param>
    /// <param name="x">The operand of <see cref="Forward"/>.</param>
    /// <param name="inputGradient">The result, as long as the operands; it may be the same memory as either.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an operand without being the same.</exception>
    public static void Backward(WorkerPool pool, ReadOnlySpan<float> outputGradient, ReadOnlySpan<float> x, Span<float> inputGradient) =>
        BinaryLoop.Run<SiluGradientOperator>("Silu.Backward", pool, outputGradient, x, inputGradient);
}

/// <summary>x · sigmoid(x).</summary>
internal readonly struct SiluOperator : IUnaryOperator
{
    // Beyond this the sigmoid rounds to 0 or 1. What it is multiplied by is no larger, since 0 · ∞ is NaN.
    internal const float Far = 110;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, ISimd<V>
        where V : unmanaged => S.Multiply(S.AtLeast(S.Broadcast(-Far), x), SigmoidOperator.Invoke<S, V>(x));
}

/// <summary>outputGradient · s (1 + x (1 - s)), where s = sigmoid(x).</summary>
internal readonly struct SiluGradientOperator : IBinaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V outputGradient, V x)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V one = S.Broadcast(1);
        x = S.AtMost(S.Broadcast(SiluOperator.Far), S.AtLeast(S.Broadcast(-SiluOperator.Far), x));
        V s = SigmoidOperator.Invoke<S, V>(x);
        return S.Multiply(outputGradient, S.Multiply(s, S.MultiplyAdd(x, S.Subtract(one, s), one)));
    }
}
