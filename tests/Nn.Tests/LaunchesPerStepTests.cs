using Quern.Kernels;
using Quern.Mnist.Models;
using Quern.Tensors;

namespace Quern.Nn.Tests;

/// <summary>What a training step asks of a GPU: few launches, since each costs microseconds whatever it does, and no wait.</summary>
public class LaunchesPerStepTests
{
    [Theory]
    [InlineData(ModelKind.Mlp, 23)]
    [InlineData(ModelKind.Conv, 40)]
    public void A_step_has_few_launches_and_waits_for_none(ModelKind kind, int most)
    {
        const int Batch = 128;
        Counter counter = new();
        GpuDevice device = new(counter);
        ImageAutoencoder model = ImageAutoencoder.Create(kind, new Generator(1), device: device);
        Adam optimizer = new(model.Parameters);
        DeviceMemory<byte> images = device.Allocate<byte>(1000 * ImageAutoencoder.Pixels);
        DeviceMemory<int> order = device.Allocate<int>(1000);
        Tensor batch = Tensor.Zeros([Batch, ImageAutoencoder.Pixels], device);

        // The first step allocates, and clears what it allocates.
        Step();
        counter.Launches = 0;
        counter.Waits = 0;
        Step();
        Assert.InRange(counter.Launches, 1, most);
        Assert.Equal(0, counter.Waits);

        void Step()
        {
            batch.Gather(images, order, 0, 1f / 255);
            model.ForwardLoss(batch, batch);
            optimizer.ZeroGradient();
            model.BackwardLoss();
            optimizer.Step();
        }
    }

    /// <summary>A GPU that computes nothing and counts what it was asked.</summary>
    private sealed class Counter : GpuDriver
    {
        public int Launches { get; set; }

        public int Waits { get; set; }

        public override string Name => "counter:0";

        public override string Description => "counts";

        public override long MemoryBytes => 1L << 34;

        public override GpuBuffer Allocate(long byteCount) => new Nothing(byteCount);

        public override void CopyToDevice<T>(ReadOnlySpan<T> source, GpuView<T> destination)
        {
        }

        public override void CopyToHost<T>(GpuView<T> source, Span<T> destination)
        {
            Waits++;
            destination.Clear();
        }

        public override void Copy<T>(GpuView<T> source, GpuView<T> destination) => Launches++;

        public override void Launch(Kernel kernel, LaunchSize size, ReadOnlySpan<KernelArgument> arguments) => Launches++;

        public override void Wait() => Waits++;

        protected override void Dispose(bool disposing)
        {
        }
    }

    private sealed class Nothing(long byteCount) : GpuBuffer(byteCount)
    {
        protected override void Dispose(bool disposing)
        {
        }
    }
}
