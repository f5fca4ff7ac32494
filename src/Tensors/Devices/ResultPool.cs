using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Quern.Tensors;

/// <summary>
/// The processor's memory for results: arrays that never move, and that are used again once the collector finds that nothing refers to
/// the tensor any more. So a result costs neither zeroing nor fresh pages, and nobody disposes anything.
/// </summary>
/// <remarks>
/// Safe to use from several threads, the finalizer's among them, and none waits for another. What is kept for later is bounded; where
/// much is handed out and little comes back, the young generations are collected, since a tensor is too small an object for the
/// collector to notice how much memory it keeps alive.
/// </remarks>
internal static class ResultPool
{
    /// <summary>The longest result that is not worth a visit here: the collector frees small arrays faster.</summary>
    public const int MaxSmallLength = 256;

    private const int Alignment = 64;
    private const int LeastLog = 9;
    private const int MaxLog = 24;
    private const int ClassesPerPower = 8;

    private static readonly long MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    // How much may be handed out before a collection is worth its time, and how much is kept for later.
    private static readonly long CollectBytes = Math.Min(64L << 20, MemoryBytes / 32);
    private static readonly long MaxFreeBytes = Math.Min(256L << 20, MemoryBytes / 8);

    private static readonly ConcurrentQueue<Block>[] Free = MakeQueues();
    private static long _bytes;
    private static long _freeBytes;

    // The least that was handed out since the last collection brought about here: what is really in use.
    private static long _leastLeased;

    [ThreadStatic]
    private static ThreadBlocks? _own;

    static ResultPool()
    {
        _ = new Trimmer();
    }

    /// <summary>How many bytes the pool's arrays have, handed out or kept for later.</summary>
    public static long Bytes => Volatile.Read(ref _bytes);

    /// <summary>How many bytes are kept for later.</summary>
    public static long FreeBytes => Volatile.Read(ref _freeBytes);

    /// <summary>Whether results of this length come from here.</summary>
    public static bool Takes(long length) => length is > MaxSmallLength and <= 1L << MaxLog;

    /// <summary>Hands out memory that holds anything.</summary>
    /// <param name="length">How many numbers, as <see cref="Takes"/> allows.</param>
    public static Lease Rent(int length)
    {
        int sizeClass = SizeClass(length, out int classLength);
        if (_own is { } own && own.Blocks[sizeClass] is { } hot)
        {
            own.Blocks[sizeClass] = null;
            return new Lease(hot);
        }

        if (Free[sizeClass].TryDequeue(out Block? block))
        {
            Interlocked.Add(ref _freeBytes, -block.Bytes);
            return new Lease(block);
        }

        CollectIfMuchIsOut();
        block = new Block(classLength, sizeClass);
        Interlocked.Add(ref _bytes, block.Bytes);
        return new Lease(block);
    }

    private static ConcurrentQueue<Block>[] MakeQueues()
    {
        var queues = new ConcurrentQueue<Block>[(MaxLog - LeastLog + 1) * ClassesPerPower];
        for (int i = 0; i < queues.Length; i++)
        {
            queues[i] = new ConcurrentQueue<Block>();
        }

        return queues;
    }

    // Eight lengths from each power of two to the next: at most an eighth more than asked.
    private static int SizeClass(int length, out int classLength)
    {
        uint power = Math.Max(BitOperations.RoundUpToPowerOf2((uint)length), 1u << LeastLog);
        int step = (int)(power / (2 * ClassesPerPower));
        int steps = Math.Max((length + step - 1) / step, ClassesPerPower + 1);
        classLength = steps * step;
        return ((BitOperations.Log2(power) - LeastLog) * ClassesPerPower) + steps - ClassesPerPower - 1;
    }

    private static void Return(Block block)
    {
        if (Volatile.Read(ref _freeBytes) + block.Bytes > MaxFreeBytes)
        {
            Interlocked.Add(ref _bytes, -block.Bytes);
            return;
        }

        Free[block.SizeClass].Enqueue(block);
        long free = Interlocked.Add(ref _freeBytes, block.Bytes);
        long leased = Volatile.Read(ref _bytes) - free;
        if (leased < Volatile.Read(ref _leastLeased))
        {
            Volatile.Write(ref _leastLeased, leased);
        }
    }

    private static void CollectIfMuchIsOut()
    {
        long leased = Volatile.Read(ref _bytes) - Volatile.Read(ref _freeBytes);
        long least = Volatile.Read(ref _leastLeased);
        if (leased > Math.Max(CollectBytes, 2 * least) && Interlocked.CompareExchange(ref _leastLeased, leased, least) == least)
        {
            GC.Collect(1, GCCollectionMode.Forced, blocking: true);
        }
    }

    private static void Trim()
    {
        foreach (ConcurrentQueue<Block> queue in Free)
        {
            while (queue.TryDequeue(out Block? block))
            {
                Interlocked.Add(ref _freeBytes, -block.Bytes);
                Interlocked.Add(ref _bytes, -block.Bytes);
            }
        }
    }

    /// <summary>Memory that was handed out; the finalizer brings it back.</summary>
    public sealed class Lease
    {
        private readonly Block _block;

        internal Lease(Block block)
        {
            _block = block;
        }

        ~Lease() => Return(_block);

        public float[] Array => _block.Array;

        public int Start => _block.Start;

        /// <summary>Brings the memory back at once, for this thread to use next. Nothing may refer to it any more.</summary>
        public void Release()
        {
            GC.SuppressFinalize(this);
            ThreadBlocks own = _own ??= new ThreadBlocks();
            ref Block? place = ref own.Blocks[_block.SizeClass];
            if (place is null)
            {
                place = _block;
            }
            else
            {
                Return(_block);
            }
        }

        /// <summary>Leaves the memory to the collector alone.</summary>
        public void Abandon()
        {
            GC.SuppressFinalize(this);
            Interlocked.Add(ref _bytes, -_block.Bytes);
        }
    }

    internal sealed class Block
    {
        public unsafe Block(int length, int sizeClass)
        {
            const int Padding = Alignment / sizeof(float);
            Array = GC.AllocateUninitializedArray<float>(length + Padding, pinned: true);
            nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(Array));
            Start = (int)((Alignment - (address % Alignment)) % Alignment) / sizeof(float);
            SizeClass = sizeClass;
        }

        public float[] Array { get; }

        public int Start { get; }

        public int SizeClass { get; }

        public long Bytes => (long)Array.Length * sizeof(float);
    }

    // A block of each size that a thread released itself: it is in the core's caches still, and no other thread is asked for it.
    private sealed class ThreadBlocks
    {
        ~ThreadBlocks()
        {
            foreach (Block? block in Blocks)
            {
                if (block is not null)
                {
                    Return(block);
                }
            }
        }

        public Block?[] Blocks { get; } = new Block?[Free.Length];
    }

    // Found unreachable at every full collection, and so a chance to give memory back where the machine runs short of it.
    private sealed class Trimmer
    {
        ~Trimmer()
        {
            GCMemoryInfo memory = GC.GetGCMemoryInfo();
            if (memory.MemoryLoadBytes >= memory.HighMemoryLoadThresholdBytes)
            {
                Trim();
            }

            GC.ReRegisterForFinalize(this);
        }
    }
}
