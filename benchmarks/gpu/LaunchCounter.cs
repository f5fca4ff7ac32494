using Quern.Kernels;

namespace Quern.Benchmarks.Verify;

/// <summary>A driver that counts what it is asked to run.</summary>
/// <param name="inner">The driver that does the work.</param>
internal sealed class LaunchCounter(GpuDriver inner) : GpuDriver
{
    /// <summary>The launches and copies on the device so far.</summary>
    public int Launches { get; private set; }

    public override string Name => inner.Name;

    public override string Description => inner.Description;

    public override long MemoryBytes => inner.MemoryBytes;

    public override bool IsProcessor => inner.IsProcessor;

    public override int ComputeUnits => inner.ComputeUnits;

    public override GpuBuffer Allocate(long byteCount) => inner.Allocate(byteCount);

    public override void CopyToDevice<T>(ReadOnlySpan<T> source, GpuView<T> destination) => inner.CopyToDevice(source, destination);

    public override void CopyToHost<T>(GpuView<T> source, Span<T> destination) => inner.CopyToHost(source, destination);

    public override void Copy<T>(GpuView<T> source, GpuView<T> destination)
    {
        Launches++;
        inner.Copy(source, destination);
    }

    public override void Launch(Kernel kernel, LaunchSize size, ReadOnlySpan<KernelArgument> arguments)
    {
        Launches += size.IsEmpty ? 0 : 1;
        inner.Launch(kernel, size, arguments);
    }

    public override void Wait() => inner.Wait();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
    }
}
