using BenchmarkDotNet.Attributes;
using Quern.Kernels.Operators;
using Cpu = Quern.Kernels.Cpu;

namespace Quern.Benchmarks;

/// <summary>Operations that fold many numbers into few, and the loss.</summary>
public class Reductions : VectorBenchmark
{
    private const int Columns = 784;

    private int Rows => Length / Columns;

    private Span<float> Matrix => X.Span[..(Rows * Columns)];

    [Benchmark, Work(4)]
    public void Sum() => Cpu.Sum.Run(Pool, X.Span, 1, Length, 1, Result.Span[..1]);

    [Benchmark, Work(4)]
    public void Max() => Cpu.Fold.Run<MaximumOperator>(Pool, X.Span, 1, Length, 1, Result.Span[..1]);

    [Benchmark, Work(4)]
    public void SumOfRows() => Cpu.Sum.Run(Pool, Matrix, Rows, Columns, 1, Result.Span[..Rows]);

    [Benchmark, Work(4)]
    public void ColumnSum() => Cpu.ColumnSum.Run(Pool, Matrix, Rows, Columns, Result.Span[..Columns], accumulate: false);

    [Benchmark, Work(8)]
    public float Mse() => Cpu.Loss.Run<MseOperator>(Pool, X.Span, Y.Span, 1.0 / Length, 0, default, default);

    [Benchmark, Work(12)]
    public float MseWithGradient() => Cpu.Loss.Run<MseOperator>(Pool, X.Span, Y.Span, 1.0 / Length, 0, Result.Span, default);
}
