using BenchmarkDotNet.Attributes;
using Quern.Tensors;

namespace Quern.Benchmarks;

/// <summary>Products on the OpenCL devices of this machine; the operands stay there.</summary>
public class GpuMatMul
{
    private Device _device = null!;
    private Tensor _left = null!, _right = null!, _result = null!;

    public static IEnumerable<string> Devices =>
        Tensors.Device.All.Select(device => device.Name).Where(name => name.StartsWith("opencl", StringComparison.Ordinal));

    public static IEnumerable<Product> Products => [.. new[] { 512, 1024 }.Select(Product.Square), .. Product.TrainingStep(128)];

    [ParamsSource(nameof(Devices))]
    public string Device { get; set; } = "";

    [ParamsSource(nameof(Products))]
    public Product Product { get; set; } = null!;

    [GlobalSetup]
    public void Setup()
    {
        _device = Tensors.Device.Parse(Device);
        _left = Tensor.Zeros(Product.TransposeLeft ? [Product.K, Product.M] : [Product.M, Product.K], _device);
        _right = Tensor.Zeros(Product.TransposeRight ? [Product.N, Product.K] : [Product.K, Product.N], _device);
        _result = Tensor.Zeros([Product.M, Product.N], _device);
    }

    // One product is far shorter than waiting for it, so several go into the queue together.
    [Benchmark(OperationsPerInvoke = 16)]
    public void Run()
    {
        for (int i = 0; i < 16; i++)
        {
            _left.MatMul(_right, Product.TransposeLeft, Product.TransposeRight, _result);
        }

        _device.Wait();
    }
}
