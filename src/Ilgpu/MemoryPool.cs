using ILGPU.Runtime;
using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Ilgpu;

/// <summary>
/// The memory of one accelerator. What is given back is kept and handed out again for the same size class: CUDA waits for the device
/// whenever memory is freed. Safe to use from several threads, the finalizer's among them.
/// </summary>
internal sealed class MemoryPool(Accelerator accelerator, string deviceName)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, Stack<MemoryBuffer>> _free = [];

    // Held here too, so that ILGPU's own finalizers never free what a finalizer of ours gives back.
    private readonly HashSet<MemoryBuffer> _all = [];
    private bool _closed;

    /// <summary>Hands out memory.</summary>
    /// <param name="byteCount">The least size.</param>
    /// <exception cref="DeviceException">The device has no memory left.</exception>
    public MemoryBuffer Rent(long byteCount)
    {
        long size = SizeClass.Of(byteCount);
        if (TryTake(size) is { } kept)
        {
            return kept;
        }

        // Outside the lock: it may wait for finalizers, which return memory.
        try
        {
            return Allocate(size);
        }
        catch (Exception error) when (IsOutOfMemory(error))
        {
            // Memory may lie here in other sizes, or in tensors that nobody holds and that were not yet collected.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Trim();
        }

        try
        {
            return Allocate(size);
        }
        catch (Exception error) when (IsOutOfMemory(error))
        {
            throw new DeviceException(
                $"Device {deviceName}: {byteCount:N0} bytes were asked for, and there is not so much memory left ({IlgpuDriver.Reason(error)}) "
                + "Use smaller batches, or release tensors that are no longer needed.",
                error);
        }
    }

    /// <summary>Takes memory back.</summary>
    public void Return(MemoryBuffer memory)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            long size = memory.LengthInBytes;
            if (!_free.TryGetValue(size, out Stack<MemoryBuffer>? stack))
            {
                _free.Add(size, stack = new Stack<MemoryBuffer>());
            }

            stack.Push(memory);
        }
    }

    /// <summary>Frees everything, also what is still handed out: the device is about to be closed.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            foreach (MemoryBuffer memory in _all)
            {
                memory.Dispose();
            }

            _all.Clear();
            _free.Clear();
        }
    }

    // The processor's memory is C#'s, a device's is ILGPU's.
    private static bool IsOutOfMemory(Exception error) => error is OutOfMemoryException or AcceleratorException;

    private MemoryBuffer? TryTake(long size)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(IlgpuDriver));
            return _free.TryGetValue(size, out Stack<MemoryBuffer>? stack) && stack.TryPop(out MemoryBuffer? memory) ? memory : null;
        }
    }

    private MemoryBuffer Allocate(long size)
    {
        MemoryBuffer memory = accelerator.AllocateRaw(size, 1);
        lock (_lock)
        {
            _all.Add(memory);
        }

        return memory;
    }

    private void Trim()
    {
        lock (_lock)
        {
            foreach (Stack<MemoryBuffer> stack in _free.Values)
            {
                while (stack.TryPop(out MemoryBuffer? memory))
                {
                    _all.Remove(memory);
                    memory.Dispose();
                }
            }
        }
    }
}
