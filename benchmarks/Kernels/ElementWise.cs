using BenchmarkDotNet.Attributes;
using Quern.Kernels.Operators;
using Cpu = Quern.Kernels.Cpu;

namespace Quern.Benchmarks;

/// <summary>Element-wise operations, forward and backward.</summary>
public class ElementWise : VectorBenchmark
{
    [Benchmark, Work(12)]
    public void Add() => Cpu.Binary.Run<AddOperator>(Pool, X.Span, Y.Span, Result.Span);

    [Benchmark, Work(12)]
    public void Multiply() => Cpu.Binary.Run<MultiplyOperator>(Pool, X.Span, Y.Span, Result.Span);

    [Benchmark, Work(8)]
    public void Exp() => Cpu.Unary.Run<ExpOperator>(Pool, X.Span, Result.Span);

    [Benchmark, Work(8)]
    public void Relu() => Cpu.Unary.Run<ReluOperator>(Pool, X.Span, Result.Span);

    [Benchmark, Work(12)]
    public void ReluBackward() => Cpu.Binary.Run<ReluGradientOperator>(Pool, X.Span, Y.Span, Result.Span);

    [Benchmark, Work(8)]
    public void Sigmoid() => Cpu.Unary.Run<SigmoidOperator>(Pool, X.Span, Result.Span);

    [Benchmark, Work(12)]
    public void SigmoidBackward() => Cpu.Binary.Run<SigmoidGradientOperator>(Pool, X.Span, Y.Span, Result.Span);

    [Benchmark, Work(8)]
    public void Tanh() => Cpu.Unary.Run<TanhOperator>(Pool, X.Span, Result.Span);

    [Benchmark, Work(12)]
    public void TanhBackward() => Cpu.Binary.Run<TanhGradientOperator>(Pool, X.Span, Y.Span, Result.Span);

    [Benchmark, Work(4)]
    public void Fill() => Cpu.Fill.Run(Pool, Result.Span, 1);
}
