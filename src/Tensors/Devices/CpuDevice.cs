using System.Diagnostics;
using Quern.Kernels.Cpu;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Tensors;

/// <summary>
/// The processor. Results do not depend on the number of threads, to the bit; tensors of one processor device can be used
/// together with those of another.
/// </summary>
/// <remarks>Disposing it ends its threads, and nothing else: its tensors stay, and its operations then run on the caller.</remarks>
public sealed partial class CpuDevice : Device, IDisposable
{
    private readonly WorkerPool _pool;
    private long _matMulTicks;

    /// <summary>Makes a device with threads of its own; <see cref="Device.Cpu"/> exists without this.</summary>
    /// <param name="threads">How many threads work, the caller counted: at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is less than 1.</exception>
    public CpuDevice(int threads)
        : base("cpu")
    {
        _pool = new WorkerPool(threads);
    }

    /// <summary>How many threads work, the caller counted.</summary>
    public int ThreadCount => _pool.ThreadCount;

    /// <summary>Seconds spent in matrix products so far, what is applied as they are stored included: for a profile.</summary>
    public double MatMulSeconds => (double)Volatile.Read(ref _matMulTicks) / Stopwatch.Frequency;

    /// <summary>Ends the threads of this device, which otherwise wait for work as long as the program runs.</summary>
    public void Dispose() => _pool.Dispose();

    /// <inheritdoc/>
    public override string Description => $"processor, {ThreadCount} {(ThreadCount == 1 ? "thread" : "threads")}, {SimdDispatch.Tier}";

    /// <inheritdoc/>
    public override DeviceMemory<T> Allocate<T>(long length) => new CpuMemory<T>(this, length);

    /// <inheritdoc/>
    public override DeviceMemory<T> Upload<T>(T[] elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        return new CpuMemory<T>(this, elements);
    }

    /// <summary>Returns at once: the processor has done its work when an operation returns.</summary>
    public override void Wait()
    {
    }

    internal override DeviceMemory<float> AllocateUncleared(long length, bool movable)
    {
        if (ResultPool.Takes(length))
        {
            ResultPool.Block block = ResultPool.Rent((int)length);
            return new CpuMemory<float>(this, block.Array, length, block);
        }

        return movable && length <= ResultPool.MaxSmallLength
            ? new CpuMemory<float>(this, new float[length])
            : new CpuMemory<float>(this, length, cleared: false);
    }

    internal override bool SharesMemoryWith(Device other) => other is CpuDevice;
}
