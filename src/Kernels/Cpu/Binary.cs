using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu;

/// <summary>Formulas of two operands over memory.</summary>
public static class Binary
{
    /// <summary>result = operator(left, right), element by element.</summary>
    /// <typeparam name="TOperator">The formula: <see cref="AddOperator"/>, or one of your own.</typeparam>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The result, as long as the operands; it may be the same memory as either.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an operand without being the same.</exception>
    public static void Run<TOperator>(WorkerPool pool, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result)
        where TOperator : struct, IBinaryOperator => BinaryLoop.Run<TOperator>(typeof(TOperator).Name, pool, left, right, result);

    /// <summary>result = operator(left, right), element by element, with one right operand for all.</summary>
    /// <typeparam name="TOperator">The formula.</typeparam>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The result, as long as <paramref name="left"/>; it may be the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps left without being the same.</exception>
    public static void Run<TOperator>(WorkerPool pool, ReadOnlySpan<float> left, float right, Span<float> result)
        where TOperator : struct, IBinaryOperator => BinaryLoop.Run<TOperator>(typeof(TOperator).Name, pool, left, right, result);

    /// <summary>result = operator(left, right), element by element, with one left operand for all.</summary>
    /// <typeparam name="TOperator">The formula.</typeparam>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The result, as long as <paramref name="right"/>; it may be the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps right without being the same.</exception>
    public static void Run<TOperator>(WorkerPool pool, float left, ReadOnlySpan<float> right, Span<float> result)
        where TOperator : struct, IBinaryOperator => BinaryLoop.Run<TOperator>(typeof(TOperator).Name, pool, left, right, result);

    /// <summary>result = operator(left, right), the operands broadcast to the result's shape.</summary>
    /// <typeparam name="TOperator">The formula.</typeparam>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="left">The left operand.</param>
    /// <param name="leftStrides">How the left operand is walked.</param>
    /// <param name="right">The right operand.</param>
    /// <param name="rightStrides">How the right operand is walked.</param>
    /// <param name="result">The result, row-major; it may be the memory of an operand that is not repeated.</param>
    /// <param name="shape">The result's shape: at most 6 axes.</param>
    /// <exception cref="ArgumentException">The shape, the strides and the lengths do not fit together.</exception>
    public static void Run<TOperator>(
        WorkerPool pool, ReadOnlySpan<float> left, BroadcastStrides leftStrides, ReadOnlySpan<float> right,
        BroadcastStrides rightStrides, Span<float> result, ReadOnlySpan<int> shape)
        where TOperator : struct, IBinaryOperator =>
        BroadcastLoop.Run<TOperator>(typeof(TOperator).Name, pool, left, leftStrides, right, rightStrides, result, shape);
}
