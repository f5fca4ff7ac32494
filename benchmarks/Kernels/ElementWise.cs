using BenchmarkDotNet.Attributes;
using Cpu = Quern.Kernels.Cpu;

namespace Quern.Benchmarks;

/// <summary>Element-wise operations, forward and backward.</summary>
public class ElementWise : VectorBenchmark
{
    [Benchmark, Work(12)]
    public void Add() => Cpu.Add.Run(Pool, X.Span, Y.Span, Result.Span);

    [Benchmark, Work(12)]
    public void Multiply() => Cpu.Multiply.Run(Pool, X.Span, Y.Span, Result.Span);

    [Benchmark, Work(8)]
    public void Exp() => Cpu.Exp.Forward(Pool, X.Span, Result.Span);

    [Benchmark, Work(8)]
    public void Relu() => Cpu.Relu.Forward(Pool, X.Span, Result.Span);

    [Benchmark, Work(12)]
    public void ReluBackward() => Cpu.Relu.Backward(Pool, X.Span, Y.Span, Result.Span);

    [Benchmark, Work(8)]
    public void Sigmoid() => Cpu.Sigmoid.Forward(Pool, X.Span, Result.Span);

    [Benchmark, Work(12)]
    public void SigmoidBackward() => Cpu.Sigmoid.Backward(Pool, X.Span, Y.Span, Result.Span);

    [Benchmark, Work(8)]
    public void Tanh() => Cpu.Tanh.Forward(Pool, X.Span, Result.Span);

    [Benchmark, Work(12)]
    public void TanhBackward() => Cpu.Tanh.Backward(Pool, X.Span, Y.Span, Result.Span);

    [Benchmark, Work(4)]
    public void Fill() => Cpu.Fill.Run(Pool, Result.Span, 1);
}
