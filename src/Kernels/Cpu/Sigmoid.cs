using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu;

/// <summary>The logistic function.</summary>
public static class Sigmoid
{
    /// <summary>y = 1 / (1 + exp(-x)), element by element, within 3 ulp.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the two overlap without being the same.</exception>
    public static void Forward(WorkerPool pool, ReadOnlySpan<float> x, Span<float> y) =>
        UnaryLoop.Run<SigmoidOperator>("Sigmoid.Forward", pool, x, y);

    /// <summary>inputGradient = outputGradient · output · (1 - output), element by element.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="outputGradient">The loss's derivative with respect to the output.</param>
    /// <param name="output">What <see cref="Forward"/> gave.</param>
    /// <param name="inputGradient">The result, as long as the operands; it may be the same memory as either.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an operand without being the same.</exception>
    public static void Backward(
        WorkerPool pool, ReadOnlySpan<float> outputGradient, ReadOnlySpan<float> output, Span<float> inputGradient) =>
        BinaryLoop.Run<SigmoidGradientOperator>("Sigmoid.Backward", pool, outputGradient, output, inputGradient);
}

/// <summary>1 / (1 + e) for x ≥ 0 and e / (1 + e) below, where e = exp(-|x|).</summary>
internal readonly struct SigmoidOperator : IUnaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        // Only exp of negative numbers is taken: it cannot overflow, and 1 + e never loses more than a rounding.
        V e = ExpOperator.Invoke<S, V>(S.Negate(S.Abs(x)));
        V numerator = S.Select(S.GreaterOrEqual(x, S.Broadcast(0)), S.Broadcast(1), e);
        return S.Divide(numerator, S.Add(S.Broadcast(1), e));
    }
}

/// <summary>outputGradient · output · (1 - output).</summary>
internal readonly struct SigmoidGradientOperator : IBinaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V outputGradient, V output)
        where S : struct, ISimd<V>
        where V : unmanaged => S.Multiply(outputGradient, S.Multiply(output, S.Subtract(S.Broadcast(1), output)));
}
