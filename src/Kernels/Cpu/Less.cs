using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu;

/// <summary>Whether the left operand is less: 1 or 0; 0 where either is NaN.</summary>
public static class Less
{
    /// <summary>result = left &lt; right ? 1 : 0, element by element.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The result, as long as the operands; it may be the same memory as either.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an operand without being the same.</exception>
    public static void Run(WorkerPool pool, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result) =>
        BinaryLoop.Run<LessOperator>("Less.Run", pool, left, right, result);

    /// <summary>result = left &lt; right ? 1 : 0, element by element, with one right operand for all.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The result, as long as <paramref name="left"/>; it may be the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps left without being the same.</exception>
    public static void Run(WorkerPool pool, ReadOnlySpan<float> left, float right, Span<float> result) =>
        BinaryLoop.Run<LessOperator>("Less.Run", pool, left, right, result);

    /// <summary>result = left &lt; right ? 1 : 0, the operands broadcast to the result's shape.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="left">The left operand.</param>
    /// <param name="leftStrides">How the left operand is walked.</param>
    /// <param name="right">The right operand.</param>
    /// <param name="rightStrides">How the right operand is walked.</param>
    /// <param name="result">The result, row-major; it may be the memory of an operand that is not repeated.</param>
    /// <param name="shape">The result's shape: at most 6 axes.</param>
    /// <exception cref="ArgumentException">The shape, the strides and the lengths do not fit together.</exception>
    public static void Run(
        WorkerPool pool, ReadOnlySpan<float> left, BroadcastStrides leftStrides, ReadOnlySpan<float> right,
        BroadcastStrides rightStrides, Span<float> result, ReadOnlySpan<int> shape) =>
        BroadcastLoop.Run<LessOperator>("Less.Run", pool, left, leftStrides, right, rightStrides, result, shape);
}

/// <summary>Whether the left operand is less: 1 or 0; 0 where either is NaN.</summary>
internal readonly struct LessOperator : IBinaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V left, V right)
        where S : struct, ISimd<V>
        where V : unmanaged => S.And(S.Greater(right, left), S.Broadcast(1));
}
