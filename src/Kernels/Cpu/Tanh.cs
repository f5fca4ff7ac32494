using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu;

/// <summary>The hyperbolic tangent.</summary>
public static class Tanh
{
    /// <summary>y = tanh x, element by element, within 3 ulp.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the two overlap without being the same.</exception>
    public static void Forward(WorkerPool pool, ReadOnlySpan<float> x, Span<float> y) =>
        UnaryLoop.Run<TanhOperator>("Tanh.Forward", pool, x, y);

    /// <summary>inputGradient = outputGradient · (1 - output²), element by element.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="outputGradient">The loss's derivative with respect to the output.</param>
    /// <param name="output">What <see cref="Forward"/> gave.</param>
    /// <param name="inputGradient">The result, as long as the operands; it may be the same memory as either.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an operand without being the same.</exception>
    public static void Backward(
        WorkerPool pool, ReadOnlySpan<float> outputGradient, ReadOnlySpan<float> output, Span<float> inputGradient) =>
        BinaryLoop.Run<TanhGradientOperator>("Tanh.Backward", pool, outputGradient, output, inputGradient);
}

/// <summary>sign(x) · -t / (t + 2), where t = exp(-2|x|) - 1.</summary>
internal readonly struct TanhOperator : IUnaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        // Beyond this the result rounds to 1.
        V magnitude = S.AtMost(S.Broadcast(10), S.Abs(x));
        V n = ExpOperator.Reduce<S, V>(S.Multiply(magnitude, S.Broadcast(-2)), out V r);

        // exp - 1 = 2ⁿ · (exp r - 1) + (2ⁿ - 1): no digits are lost near zero, where n is 0.
        V power = ExpOperator.PowerOfTwo<S, V>(S.ToBits(n));
        V t = S.MultiplyAdd(power, ExpOperator.ExpMinusOne<S, V>(r), S.Subtract(power, S.Broadcast(1)));
        V result = S.Divide(t, S.Add(t, S.Broadcast(2)));

        // The sign of x in place of the result's, which is negative.
        V sign = S.Broadcast(-0.0f);
        return S.Select(sign, x, result);
    }
}

/// <summary>outputGradient · (1 - output²).</summary>
internal readonly struct TanhGradientOperator : IBinaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V outputGradient, V output)
        where S : struct, ISimd<V>
        where V : unmanaged => S.Multiply(outputGradient, S.Subtract(S.Broadcast(1), S.Multiply(output, output)));
}
