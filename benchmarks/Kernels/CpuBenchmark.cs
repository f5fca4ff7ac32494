using BenchmarkDotNet.Attributes;
using Quern.Kernels.Cpu;

namespace Quern.Benchmarks;

/// <summary>A benchmark of the processor's kernels with one thread and with all.</summary>
public abstract class CpuBenchmark
{
    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; }

    public static IEnumerable<int> ThreadCounts => new[] { 1, Environment.ProcessorCount }.Distinct();

    protected WorkerPool Pool { get; private set; } = null!;

    [GlobalSetup]
    public void Setup()
    {
        Pool = new WorkerPool(Threads);
        Prepare();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        Release();
        Pool.Dispose();
    }

    /// <summary>Allocates the operands.</summary>
    protected abstract void Prepare();

    /// <summary>Frees the operands.</summary>
    protected abstract void Release();
}
