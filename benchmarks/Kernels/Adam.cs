using BenchmarkDotNet.Attributes;
using Quern.Kernels;
using Cpu = Quern.Kernels.Cpu;

namespace Quern.Benchmarks;

/// <summary>A step of Adam: reads parameter, gradient and both moments, writes all but the gradient.</summary>
public unsafe class Adam : VectorBenchmark
{
    private static readonly AdamSettings Settings = new(1e-3, 0.9, 0.999, 1e-8, 0);

    private Floats _secondMoment = null!;
    private long _step;

    protected override void Prepare()
    {
        base.Prepare();
        _secondMoment = new(Length);
        _secondMoment.Span.Clear();
        Result.Span.Clear();
    }

    protected override void Release()
    {
        base.Release();
        _secondMoment.Dispose();
    }

    [Benchmark, Work(28)]
    public void Step() => Cpu.Adam.Step(
        Pool, [new Cpu.AdamSegment(X.Pointer, Y.Pointer, Result.Pointer, _secondMoment.Pointer, Length)], Settings, ++_step);
}
