using Quern.Kernels;

namespace Quern.Tensors;

/// <summary>Memory of a GPU. The driver takes it back when the garbage collector finds that nothing refers to it.</summary>
internal sealed class GpuMemory<T> : DeviceMemory<T>
    where T : unmanaged
{
    private readonly GpuDevice _device;

    public GpuMemory(GpuDevice device, GpuBuffer buffer, long length)
        : base(device, length)
    {
        _device = device;
        Buffer = buffer;
    }

    /// <summary>The driver's memory.</summary>
    public GpuBuffer Buffer { get; }

    internal override void Release() => Buffer.Dispose();

    private protected override void CopyFromCore(ReadOnlySpan<T> source, long offset) =>
        _device.CopyToDevice(source, new GpuView<T>(Buffer, offset, source.Length));

    private protected override void CopyToCore(Span<T> destination, long offset) =>
        _device.CopyToHost(new GpuView<T>(Buffer, offset, destination.Length), destination);
}
