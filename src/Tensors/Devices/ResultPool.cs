using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Quern.Tensors;

/// <summary>
/// The processor's memory for results: arrays that never move, and that are used again once the collector finds that nothing refers to
/// the tensor any more. So a result costs neither zeroing nor fresh pages, and nobody disposes anything.
/// </summary>
/// <remarks>
/// <para>
/// The pool knows of each array which object owns it, by a weak handle, and looks after a collection which owners are gone. Nothing has a
/// finalizer, and no memory waits for one.
/// </para>
/// <para>
/// A tensor is too small an object for the collector to notice how much memory it keeps alive, so the pool brings about a collection of the young
/// generations itself: so often that results stay in the processor's caches, and so seldom that collecting takes little of the time.
/// </para>
/// <para>Safe to use from several threads. What is kept for later is bounded.</para>
/// </remarks>
internal static class ResultPool
{
    /// <summary>The longest result that is not worth a visit here: the collector frees small arrays faster.</summary>
    public const int MaxSmallLength = 256;

    private const int LeastLog = 9;
    private const int MaxLog = 24;
    private const int ClassesPerPower = 8;

    // Bytes that are handed out from one collection to the next: few enough to stay in a processor's caches where collecting is fast, and
    // more where it takes long, so that it takes a small part of the time in which so many bytes are computed.
    private const long LeastBetweenCollections = 8L << 20;
    private const double BytesPerCollectingSecond = 64e9;

    private static readonly long MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
    private static readonly long MostBetweenCollections = Math.Min(64L << 20, MemoryBytes / 32);
    private static readonly long MaxFreeBytes = Math.Min(256L << 20, MemoryBytes / 8);

    private static readonly Lock Gate = new();
    private static readonly Stack<Block>[] Free = MakeStacks();

    // When a block of each size was last taken or came back, by a count of those.
    private static readonly long[] LastUse = new long[Free.Length];

    // The blocks that may have an owner: looked at after a collection.
    private static readonly List<Block> Out = [];
    private static long _bytes;
    private static long _freeBytes;
    private static long _uses;
    private static long _betweenCollections = Math.Min(LeastBetweenCollections, MostBetweenCollections);

    // What was in use after the last look, and after the last full collection brought about here.
    private static long _used;
    private static long _usedAfterFull;
    private static int _collectionsSeen;

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

    /// <summary>Hands out memory that holds anything; the caller says to whom with <see cref="Block.HandTo"/>.</summary>
    /// <param name="length">How many numbers, as <see cref="Takes"/> allows.</param>
    public static Block Rent(int length)
    {
        int sizeClass = SizeClass(length, out int classLength);
        if (_own is { } own && own.Blocks[sizeClass] is { } hot)
        {
            own.Blocks[sizeClass] = null;
            return hot;
        }

        if (IsMuchOut())
        {
            Collect();
        }

        lock (Gate)
        {
            if (TryTake(sizeClass, out Block? block) || (LookForUnowned() && TryTake(sizeClass, out block)))
            {
                return block;
            }

            block = new Block(classLength, sizeClass);
            _bytes += block.Bytes;
            List(block);
            return block;
        }
    }

    // Also where memory is kept for later: what was used last lies in the caches.
    private static bool IsMuchOut() =>
        Volatile.Read(ref _bytes) - Volatile.Read(ref _freeBytes) > Volatile.Read(ref _used) + Volatile.Read(ref _betweenCollections);

    private static Stack<Block>[] MakeStacks()
    {
        var stacks = new Stack<Block>[(MaxLog - LeastLog + 1) * ClassesPerPower];
        for (int i = 0; i < stacks.Length; i++)
        {
            stacks[i] = [];
        }

        return stacks;
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

    // The one that was returned last, which the caches may hold.
    private static bool TryTake(int sizeClass, [NotNullWhen(true)] out Block? block)
    {
        if (!Free[sizeClass].TryPop(out block))
        {
            return false;
        }

        LastUse[sizeClass] = ++_uses;
        block.IsFree = false;
        _freeBytes -= block.Bytes;
        List(block);
        return true;
    }

    private static void List(Block block)
    {
        if (!block.IsListed)
        {
            block.IsListed = true;
            Out.Add(block);
        }
    }

    private static void Return(Block block)
    {
        Free[block.SizeClass].Push(block);
        block.IsFree = true;
        _freeBytes += block.Bytes;

        // What is too much goes from the sizes that were in use the longest ago: what is asked for now is likely to be asked for again.
        LastUse[block.SizeClass] = ++_uses;
        while (_freeBytes > MaxFreeBytes)
        {
            DropFree(Free[LongestUnused()].Pop());
        }
    }

    private static int LongestUnused()
    {
        int longest = -1;
        for (int sizeClass = 0; sizeClass < Free.Length; sizeClass++)
        {
            if (Free[sizeClass].Count > 0 && (longest < 0 || LastUse[sizeClass] < LastUse[longest]))
            {
                longest = sizeClass;
            }
        }

        return longest;
    }

    private static void DropFree(Block block)
    {
        block.IsFree = false;
        block.Drop();
        _freeBytes -= block.Bytes;
        _bytes -= block.Bytes;
    }

    // Whether there was a collection since the last look, after which memory may have come back.
    private static bool LookForUnowned()
    {
        int collections = GC.CollectionCount(0);
        if (collections == _collectionsSeen)
        {
            return false;
        }

        _collectionsSeen = collections;
        Out.RemoveAll(CanUnlist);
        _used = _bytes - _freeBytes;
        return true;
    }

    private static bool CanUnlist(Block block)
    {
        if (block.IsAbandoned && !block.IsDropped)
        {
            block.Drop();
            _bytes -= block.Bytes;
        }
        else if (block.LostOwner())
        {
            Return(block);
        }

        block.IsListed = !block.IsFree && !block.IsDropped;
        return !block.IsListed;
    }

    private static void Collect()
    {
        long start = Stopwatch.GetTimestamp();
        GC.Collect(1, GCCollectionMode.Forced, blocking: true);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        bool isMuchOld;
        lock (Gate)
        {
            LookForUnowned();

            // A single collection may have waited for others' use of the machine.
            double wanted = Math.Min(seconds * BytesPerCollectingSecond, 2 * _betweenCollections);
            _betweenCollections = (long)Math.Clamp(wanted, Math.Min(LeastBetweenCollections, MostBetweenCollections), MostBetweenCollections);

            // Owners that grew old before they were forgotten are found by a full collection only.
            isMuchOld = _used > (2 * _usedAfterFull) + MostBetweenCollections;
        }

        if (isMuchOld)
        {
            GC.Collect(2, GCCollectionMode.Forced, blocking: true);
            lock (Gate)
            {
                LookForUnowned();
                _usedAfterFull = _used;
            }
        }
    }

    private static void Trim()
    {
        lock (Gate)
        {
            foreach (Stack<Block> stack in Free)
            {
                while (stack.TryPop(out Block? block))
                {
                    DropFree(block);
                }
            }
        }
    }

    /// <summary>An array of the pool.</summary>
    internal sealed class Block
    {
        // Long, so that an owner that a finalizer brings back to life still owns it.
        private GCHandle _owner = GCHandle.Alloc(null, GCHandleType.WeakTrackResurrection);
        private volatile bool _isOut;

        public Block(int length, int sizeClass)
        {
            Array = GC.AllocateUninitializedArray<float>(length + ArrayAlignment.Padding<float>(length), pinned: true);
            Start = ArrayAlignment.Start(Array, length);
            SizeClass = sizeClass;
        }

        public float[] Array { get; }

        public int Start { get; }

        public int SizeClass { get; }

        public long Bytes => (long)Array.Length * sizeof(float);

        /// <summary>Whether it is among those that may have an owner.</summary>
        public bool IsListed { get; set; }

        /// <summary>Whether it is kept for later.</summary>
        public bool IsFree { get; set; }

        public bool IsAbandoned { get; private set; }

        public bool IsDropped { get; private set; }

        /// <summary>Says whose the memory is from now on; it comes back when nothing refers to the owner any more.</summary>
        public void HandTo(object owner)
        {
            _owner.Target = owner;
            _isOut = true;
            GC.KeepAlive(owner);
        }

        /// <summary>Brings the memory back at once, for this thread to use next. Nothing may refer to it any more but its owner, who keeps himself alive.</summary>
        public void Release()
        {
            _isOut = false;
            ThreadBlocks own = _own ??= new ThreadBlocks();
            ref Block? place = ref own.Blocks[SizeClass];
            if (place is null)
            {
                place = this;
                return;
            }

            lock (Gate)
            {
                Return(this);
            }
        }

        /// <summary>Leaves the memory to the collector alone.</summary>
        public void Abandon()
        {
            _isOut = false;
            IsAbandoned = true;
        }

        // Whether the memory is handed out to an object that is gone; it is not handed out any more then.
        internal bool LostOwner()
        {
            bool isLost = _isOut && _owner.Target is null;
            _isOut &= !isLost;
            return isLost;
        }

        internal void Drop()
        {
            IsDropped = true;
            _owner.Free();
        }
    }

    // A block of each size that a thread released itself: it is in the core's caches still, and no other thread is asked for it.
    private sealed class ThreadBlocks
    {
        ~ThreadBlocks()
        {
            lock (Gate)
            {
                foreach (Block? block in Blocks)
                {
                    if (block is not null)
                    {
                        Return(block);
                    }
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
