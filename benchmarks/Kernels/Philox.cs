using BenchmarkDotNet.Attributes;
using Cpu = Quern.Kernels.Cpu;

namespace Quern.Benchmarks;

/// <summary>Random numbers.</summary>
public class Philox : VectorBenchmark
{
    [Benchmark, Work(4)]
    public void Uniform() => Cpu.Philox.Uniform(Pool, 1, 2, 0, 1, Result.Span);

    [Benchmark, Work(4)]
    public void Normal() => Cpu.Philox.Normal(Pool, 1, 2, 0, 1, Result.Span);
}
