using BenchmarkDotNet.Attributes;

namespace Quern.Benchmarks;

/// <summary>A benchmark over vectors: one that fits the second cache, and one that does not fit any.</summary>
public abstract class VectorBenchmark : CpuBenchmark
{
    [Params(100_352, 16_777_216)]
    public int Length { get; set; }

    protected Floats X { get; private set; } = null!;

    protected Floats Y { get; private set; } = null!;

    protected Floats Result { get; private set; } = null!;

    protected override void Prepare()
    {
        X = new(Length);
        Y = new(Length, seed: 2);
        Result = new(Length, seed: 3);
    }

    protected override void Release()
    {
        X.Dispose();
        Y.Dispose();
        Result.Dispose();
    }
}
