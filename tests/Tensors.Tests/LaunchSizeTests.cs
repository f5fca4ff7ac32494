using Quern.Kernels;

namespace Quern.Tensors.Tests;

/// <summary>What is too tall, wide or many for one axis of a grid is launched all the same. Nothing is computed, so that it takes no memory.</summary>
public sealed class LaunchSizeTests
{
    // More of anything than CUDA has groups along y or z, in tiles of 128 as well.
    private const int Many = (65_535 * 128) + 1;

    private readonly CudaLimits _limits = new();
    private readonly GpuDevice _device;

    public LaunchSizeTests() => _device = new GpuDevice(_limits);

    [Theory]
    [InlineData(Many, 1, 5)]
    [InlineData(Many, 70, 5)]
    [InlineData(1, Many, 5)]
    [InlineData(70, Many, 5)]
    [InlineData(3, 5, Many)]
    [InlineData(140, 150, Many)]
    public void Products_of_any_shape_are_launched(int m, int n, int k)
    {
        foreach (bool transposeLeft in new[] { false, true })
        {
            foreach (bool transposeRight in new[] { false, true })
            {
                Launches(() => Zeros(transposeLeft ? [k, m] : [m, k]).MatMul(Zeros(transposeRight ? [n, k] : [k, n]), transposeLeft, transposeRight));
            }
        }
    }

    [Fact]
    public void Rows_of_any_number_are_gathered()
    {
        DeviceMemory<byte> source = _device.Allocate<byte>(7 * 300);
        DeviceMemory<int> rows = _device.Allocate<int>(Many);
        Launches(() => Zeros([Many, 7]).Gather(source, rows, 0, 1));
        Launches(() => Zeros([3, 300]).Gather(source, rows, 0, 1));
        Launches(() => Zeros([70_000, 300]).Gather(source, rows, 0, 1));
    }

    [Theory]
    [InlineData(Many, 3)]
    [InlineData(3, Many)]
    public void Matrices_of_any_shape_are_transposed_and_reduced(int rows, int columns)
    {
        Tensor x = Zeros([rows, columns]);
        Launches(() => x.Transpose());
        Launches(() => x.Add(Zeros([columns])));
        foreach (int axis in (int[])[0, 1])
        {
            Launches(() => x.Sum(axis));
            Launches(() => x.Max(axis));
            Launches(() => x.ArgMax(axis));
            Launches(() => x.Sort(axis));
            Launches(() => x.CumSum(axis));
            Launches(() => x.CumProd(axis));
            (long outer, long length, long inner) = axis == 0 ? (1L, rows, columns) : (rows, columns, 1);
            Launches(() => _device.AxisGather(x, outer, length, inner, x, isSame: false, Zeros(x.Shape)));
            Launches(() => _device.AxisScatter(x, x, accumulate: true, outer, length, inner, Zeros(x.Shape)));
        }

        Launches(() => _device.Softmax(x, Zeros([rows, columns])));
        Launches(() => _device.LayerNorm(x, null, null, columns, 1e-5f, Zeros([rows, columns]), Zeros([rows]), Zeros([rows])));
    }

    [Theory]
    [InlineData(70_000, 1, 1, 3, 3, 1)]
    [InlineData(70_000, 2, 70, 2, 2, 2)]
    [InlineData(Many, 1, 1, 1, 1, 1)]
    [InlineData(1, 1, 1, 1, Many, 1)]
    [InlineData(1, 70_000, 3, 2, 2, 2)]
    [InlineData(1, 3, 70_000, 2, 2, 1)]
    public void Convolutions_and_pooling_of_any_shape_are_launched(int batch, int inputs, int outputs, int height, int width, int size)
    {
        Window2d window = new(height, width, height - size + 1, width - size + 1, size, 1, 0, 1);
        Tensor x = Zeros([batch, inputs, height, width]);
        Tensor y = Zeros([batch, outputs, window.OutputHeight, window.OutputWidth]);
        Tensor weight = Zeros([outputs, inputs, size, size]);
        Launches(() => _device.Conv2d(x, weight, window, y, new Epilogue<Tensor>(Zeros([outputs]))));
        Launches(() => _device.Conv2dInputGradient(y, weight, window, x, default));
        Launches(() => _device.Conv2dWeightGradient(x, y, window, weight, accumulate: true, Zeros([outputs]), accumulateBias: false));
        Launches(() => _device.ChannelSum(y, window.OutputArea, Zeros([outputs]), accumulate: false));
        Tensor pooled = Zeros([batch, inputs, window.OutputHeight, window.OutputWidth]);
        Launches(() => _device.MaxPool2d(x, window, pooled));
        Launches(() => _device.MaxPool2dBackward(pooled, x, window, Zeros(x.Shape)));
        Launches(() => _device.AvgPool2d(x, window, countPadding: true, pooled));
        Launches(() => _device.AvgPool2dBackward(pooled, window, countPadding: false, Zeros(x.Shape)));
    }

    private Tensor Zeros(Shape shape) => Tensor.Zeros(shape, _device);

    private void Launches(Action operation)
    {
        int before = _limits.Launches;
        operation();
        Assert.True(_limits.Launches > before);
    }
}
