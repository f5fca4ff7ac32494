using BenchmarkDotNet.Attributes;
using Cpu = Quern.Kernels.Cpu;

namespace Quern.Benchmarks;

/// <summary>Square products, and every product of a training step at batch 128.</summary>
public class MatMul : CpuBenchmark
{
    private Floats _left = null!, _right = null!, _result = null!;

    public static IEnumerable<Product> Products =>
        [.. new[] { 64, 128, 256, 512, 1024, 2048 }.Select(Product.Square), .. Product.TrainingStep(128)];

    [ParamsSource(nameof(Products))]
    public Product Product { get; set; } = null!;

    protected override void Prepare()
    {
        _left = new((long)Product.M * Product.K);
        _right = new((long)Product.K * Product.N);
        _result = new((long)Product.M * Product.N);
    }

    protected override void Release()
    {
        _left.Dispose();
        _right.Dispose();
        _result.Dispose();
    }

    [Benchmark]
    public void Run() => Cpu.MatMul.Run(
        Pool, Product.M, Product.N, Product.K, _left.Span, Product.TransposeLeft, _right.Span, Product.TransposeRight, _result.Span);
}
