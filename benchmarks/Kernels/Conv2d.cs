using BenchmarkDotNet.Attributes;
using Cpu = Quern.Kernels.Cpu;

namespace Quern.Benchmarks;

/// <summary>The convolutions of a small autoencoder at batch 128, and one between wide layers.</summary>
public class Conv2d : CpuBenchmark
{
    private Floats _x = null!, _weight = null!, _y = null!, _xGradient = null!, _weightGradient = null!;

    public static IEnumerable<Convolution> Convolutions =>
        [new(128, 1, 16, 28, 3, 2), new(128, 16, 32, 14, 3, 2), new(128, 16, 32, 14, 4, 2), new(128, 64, 64, 14, 3, 1)];

    [ParamsSource(nameof(Convolutions))]
    public Convolution Convolution { get; set; } = null!;

    protected override void Prepare()
    {
        _x = new(Convolution.InputLength);
        _weight = new(Convolution.WeightLength);
        _y = new(Convolution.OutputLength);
        _xGradient = new(Convolution.InputLength);
        _weightGradient = new(Convolution.WeightLength);
    }

    protected override void Release()
    {
        _x.Dispose();
        _weight.Dispose();
        _y.Dispose();
        _xGradient.Dispose();
        _weightGradient.Dispose();
    }

    [Benchmark]
    public void Forward() =>
        Cpu.Conv2d.Forward(Pool, _x.Span, _weight.Span, default, Convolution.Inputs, Convolution.Outputs, Convolution.Window, _y.Span);

    [Benchmark]
    public void InputGradient() =>
        Cpu.Conv2d.InputGradient(Pool, _y.Span, _weight.Span, default, Convolution.Inputs, Convolution.Outputs, Convolution.Window, _xGradient.Span);

    [Benchmark]
    public void WeightGradient() =>
        Cpu.Conv2d.WeightGradient(Pool, _x.Span, _y.Span, Convolution.Inputs, Convolution.Outputs, Convolution.Window, _weightGradient.Span, false);
}
