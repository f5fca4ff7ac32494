namespace Quern.Kernels.OpenCl;

/// <summary>
/// The buffers of one device. What is given back is kept and handed out again for the same size class, since asking the
/// driver for memory costs far more than a launch. Safe to use from several threads, the finalizer's among them.
/// </summary>
internal sealed unsafe class BufferPool(OpenClHandle context)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, Stack<nint>> _free = [];
    private bool _closed;
    private int _live;
    private long _freeBytes;

    ~BufferPool() => Close();

    /// <summary>How many buffers are handed out and not given back.</summary>
    public int LiveCount
    {
        get
        {
            lock (_lock)
            {
                return _live;
            }
        }
    }

    /// <summary>How many bytes are kept for later.</summary>
    public long FreeBytes
    {
        get
        {
            lock (_lock)
            {
                return _freeBytes;
            }
        }
    }

    /// <summary>Hands out a buffer.</summary>
    /// <param name="sizeClass">Its size, from <see cref="SizeClass.Of"/>.</param>
    /// <exception cref="OpenClException">The device has no memory left.</exception>
    public nint Rent(long sizeClass)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(OpenClDriver));
            if (_free.TryGetValue(sizeClass, out Stack<nint>? buffers) && buffers.TryPop(out nint kept))
            {
                _freeBytes -= sizeClass;
                _live++;
                return kept;
            }
        }

        // Outside the lock: it may wait for finalizers, which return buffers.
        nint buffer = Create(sizeClass);
        lock (_lock)
        {
            _live++;
        }

        return buffer;
    }

    /// <summary>Takes a buffer back.</summary>
    public void Return(nint buffer, long sizeClass)
    {
        lock (_lock)
        {
            _live--;
            if (_closed)
            {
                OpenClNative.ReleaseMemObject(buffer);
                return;
            }

            if (!_free.TryGetValue(sizeClass, out Stack<nint>? buffers))
            {
                _free.Add(sizeClass, buffers = new Stack<nint>());
            }

            buffers.Push(buffer);
            _freeBytes += sizeClass;
        }
    }

    /// <summary>Gives the memory that is kept for later back to the driver.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            foreach (Stack<nint> buffers in _free.Values)
            {
                while (buffers.TryPop(out nint buffer))
                {
                    OpenClNative.ReleaseMemObject(buffer);
                }
            }

            _freeBytes = 0;
        }
    }

    /// <summary>Ends the pool: what is kept goes back now, what is handed out when it is returned.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            Trim();
        }

        GC.SuppressFinalize(this);
    }

    private nint Create(long size)
    {
        nint buffer = OpenClNative.CreateBuffer(context, OpenClNative.MemReadWrite, (nuint)size, null, out OpenClStatus status);
        if (IsOutOfMemory(status))
        {
            // Memory may lie in the pool under other sizes, or in tensors that nobody holds and that were not yet collected.
            Trim();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Trim();
            buffer = OpenClNative.CreateBuffer(context, OpenClNative.MemReadWrite, (nuint)size, null, out status);
        }

        OpenClException.ThrowIfFailed(status, $"clCreateBuffer of {size:N0} bytes");
        return buffer;
    }

    private static bool IsOutOfMemory(OpenClStatus status) =>
        status is OpenClStatus.MemObjectAllocationFailure or OpenClStatus.OutOfResources or OpenClStatus.OutOfHostMemory;
}
