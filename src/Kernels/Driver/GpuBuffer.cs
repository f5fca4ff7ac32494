namespace Quern.Kernels;

/// <summary>Memory of a GPU, allocated by a <see cref="GpuDriver"/>. Disposing it gives the memory back.</summary>
public abstract class GpuBuffer : IDisposable
{
    /// <summary>Describes memory that a driver has just allocated.</summary>
    /// <param name="byteCount">The size in bytes.</param>
    protected GpuBuffer(long byteCount) => ByteCount = byteCount;

    /// <summary>The size in bytes.</summary>
    public long ByteCount { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the memory back; called more than once, it does nothing the second time.</summary>
    /// <param name="disposing">False when called by a finalizer.</param>
    protected abstract void Dispose(bool disposing);
}
