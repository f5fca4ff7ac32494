namespace Quern.Kernels.OpenCl;

/// <summary>Memory from the <see cref="BufferPool"/>; disposal or the finalizer gives it back to the pool.</summary>
internal sealed class OpenClBuffer : GpuBuffer
{
    private readonly BufferPool _pool;
    private readonly long _sizeClass;
    private nint _memory;

    /// <summary>Takes memory from the pool.</summary>
    public OpenClBuffer(OpenClDriver driver, BufferPool pool, long byteCount)
        : base(byteCount)
    {
        Driver = driver;
        _pool = pool;
        _sizeClass = SizeClass.Of(byteCount);
        _memory = pool.Rent(_sizeClass);

        // The collector sees a small object; this tells it what it keeps alive.
        GC.AddMemoryPressure(_sizeClass);
    }

    ~OpenClBuffer() => Dispose(false);

    /// <summary>The driver that allocated it.</summary>
    public OpenClDriver Driver { get; }

    /// <summary>The OpenCL handle.</summary>
    /// <exception cref="ObjectDisposedException">The memory was given back.</exception>
    public nint Memory
    {
        get
        {
            nint memory = _memory;
            ObjectDisposedException.ThrowIf(memory == 0, this);
            return memory;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        nint memory = Interlocked.Exchange(ref _memory, 0);
        if (memory != 0)
        {
            GC.RemoveMemoryPressure(_sizeClass);
            _pool.Return(memory, _sizeClass);
        }
    }
}
