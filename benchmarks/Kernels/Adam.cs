using BenchmarkDotNet.Attributes;
using Quern.Kernels.Operators;
using Cpu = Quern.Kernels.Cpu;

namespace Quern.Benchmarks;

/// <summary>A step of Adam: reads parameter, gradient and both moments, writes all but the gradient.</summary>
public unsafe class Adam : VectorBenchmark
{
    private Floats _secondMoment = null!;

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
    public void Step() => Cpu.Update.Run<AdamOperator>(
        Pool,
        [new Cpu.UpdateSegment(X.Pointer, Y.Pointer, Result.Pointer, _secondMoment.Pointer, Length)],
        1e-2f, 30, 1e-8f, 0.1f, 0.999f, 1e-3f, 0, 1);
}
