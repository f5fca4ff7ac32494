namespace Quern.Kernels.Tests.Gpu;

/// <summary>A driver that does not say that it is the machine's processor, so that launchers choose what they choose on a GPU.</summary>
internal sealed class AsGpu(GpuDriver driver) : GpuDriver
{
    public override string Name => driver.Name;

    public override string Description => driver.Description;

    public override long MemoryBytes => driver.MemoryBytes;

    public override bool IsProcessor => false;

    public override GpuBuffer Allocate(long byteCount) => driver.Allocate(byteCount);

    public override void CopyToDevice<T>(ReadOnlySpan<T> source, GpuView<T> destination) => driver.CopyToDevice(source, destination);

    public override void CopyToHost<T>(GpuView<T> source, Span<T> destination) => driver.CopyToHost(source, destination);

    public override void Copy<T>(GpuView<T> source, GpuView<T> destination) => driver.Copy(source, destination);

    public override void Launch(Kernel kernel, LaunchSize size, ReadOnlySpan<KernelArgument> arguments) => driver.Launch(kernel, size, arguments);

    public override void Wait() => driver.Wait();

    protected override void Dispose(bool disposing)
    {
    }
}
