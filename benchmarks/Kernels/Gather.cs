using BenchmarkDotNet.Attributes;
using Cpu = Quern.Kernels.Cpu;

namespace Quern.Benchmarks;

/// <summary>The next batch of images, from bytes: a byte read and a float written for each pixel.</summary>
public class Gather : CpuBenchmark
{
    private const int Images = 60_000;
    private const int Pixels = 784;

    private readonly byte[] _source = new byte[Images * Pixels];
    private int[] _rows = [];
    private Floats _result = null!;

    /// <summary>Pixels of a batch of 128, and of one of 4096.</summary>
    [Params(128 * Pixels, 4096 * Pixels)]
    public int Length { get; set; }

    protected override void Prepare()
    {
        var random = new Random(1);
        random.NextBytes(_source);
        _rows = [.. Enumerable.Range(0, Length / Pixels).Select(_ => random.Next(Images))];
        _result = new(Length);
    }

    protected override void Release() => _result.Dispose();

    [Benchmark, Work(5)]
    public void Run() => Cpu.Gather.Run(Pool, _source, _rows, Pixels, 1f / 255, _result.Span);
}
