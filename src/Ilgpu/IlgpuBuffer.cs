using ILGPU.Runtime;
using Quern.Kernels;

namespace Quern.Ilgpu;

/// <summary>Memory from the <see cref="MemoryPool"/>; disposal or the finalizer gives it back to the pool.</summary>
internal sealed class IlgpuBuffer : GpuBuffer
{
    private readonly MemoryPool _pool;
    private MemoryBuffer? _memory;

    /// <summary>Takes memory from the pool.</summary>
    public IlgpuBuffer(IlgpuDriver driver, MemoryPool pool, long byteCount)
        : base(byteCount)
    {
        Driver = driver;
        _pool = pool;
        _memory = pool.Rent(byteCount);

        // The collector sees a small object; this tells it what it keeps alive.
        GC.AddMemoryPressure(_memory.LengthInBytes);
    }

    ~IlgpuBuffer() => Dispose(false);

    /// <summary>The driver that allocated it.</summary>
    public IlgpuDriver Driver { get; }

    /// <summary>ILGPU's memory.</summary>
    /// <exception cref="ObjectDisposedException">The memory was given back.</exception>
    public MemoryBuffer Memory
    {
        get
        {
            MemoryBuffer? memory = _memory;
            ObjectDisposedException.ThrowIf(memory is null, this);
            return memory;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _memory, null) is { } memory)
        {
            GC.RemoveMemoryPressure(memory.LengthInBytes);
            _pool.Return(memory);
        }
    }
}
