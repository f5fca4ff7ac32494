namespace Quern.Kernels;

/// <summary>What differs between one way to a GPU and another: allocating, copying, launching and waiting, nothing else.</summary>
/// <remarks>
/// Work runs in the order in which it was given. Only <see cref="CopyToHost{T}"/> and <see cref="Wait"/> wait for it.
/// A driver is used by one thread at a time.
/// </remarks>
public abstract class GpuDriver : IDisposable
{
    /// <summary>How <c>Device.Parse</c> names the device: <c>opencl:0</c>, <c>cuda:0</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The device's own name and its driver's, for people.</summary>
    public abstract string Description { get; }

    /// <summary>The device's memory in bytes.</summary>
    public abstract long MemoryBytes { get; }

    /// <summary>
    /// Whether the device is the machine's processor, where a work-item is a lane of a loop and shared memory is no nearer than any other:
    /// kernels and their tiles are then chosen otherwise.
    /// </summary>
    public virtual bool IsProcessor => false;

    /// <summary>How many groups run at once: the device's multiprocessors or cores. 32 if the driver does not say.</summary>
    public virtual int ComputeUnits => 32;

    /// <summary>Allocates device memory; its content is undefined.</summary>
    /// <param name="byteCount">The size in bytes; 0 is allowed.</param>
    /// <returns>The memory, for the caller to dispose.</returns>
    public abstract GpuBuffer Allocate(long byteCount);

    /// <summary>Copies from the host. The source may be changed as soon as this returns.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="destination">Where they go: as many elements as <paramref name="source"/> has.</param>
    public abstract void CopyToDevice<T>(ReadOnlySpan<T> source, GpuView<T> destination)
        where T : unmanaged;

    /// <summary>Copies to the host, after all work given before; waits for it.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="destination">Where they go: as many elements as <paramref name="source"/> has.</param>
    public abstract void CopyToHost<T>(GpuView<T> source, Span<T> destination)
        where T : unmanaged;

    /// <summary>Copies on the device.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="destination">Where they go: as many elements as <paramref name="source"/> has, not overlapping it.</param>
    public abstract void Copy<T>(GpuView<T> source, GpuView<T> destination)
        where T : unmanaged;

    /// <summary>Runs a kernel, after all work given before. The first launch of a kernel compiles it.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="size">The groups and their size; where it is empty, nothing is done.</param>
    /// <param name="arguments">One argument for each parameter of the C# method, in its order.</param>
    public abstract void Launch(Kernel kernel, LaunchSize size, ReadOnlySpan<KernelArgument> arguments);

    /// <summary>Waits until all work given so far is done.</summary>
    public abstract void Wait();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what the driver holds; called more than once, it does nothing the second time.</summary>
    /// <param name="disposing">False when called by a finalizer.</param>
    protected abstract void Dispose(bool disposing);
}
