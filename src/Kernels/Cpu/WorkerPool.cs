using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Quern.Kernels.Cpu;

/// <summary>
/// The threads that share the work of the CPU kernels. The calling thread works too; pieces are claimed one by one, so
/// that a core which the machine takes away delays nobody for long. Running a job allocates nothing.
/// </summary>
/// <remarks>
/// Each thread begins with its own stretch of the pieces, the same one in every job with as many, and then helps the others. So what
/// one job leaves in a core's caches the next one finds there, which counts where cores are far apart.
/// <para>
/// Safe to use from several threads at once and from inside a job: whoever finds the pool busy runs its job on its own
/// thread. Results never depend on the number of threads, since the cut into pieces does not.
/// </para>
/// </remarks>
public sealed unsafe class WorkerPool : IDisposable
{
    // An idle worker first watches for the next job, to bridge the gap between two kernels of a training step: about 10 µs without
    // letting go of its core, then about 100 µs offering it to other threads, of which there may be more than cores.
    private const int SpinsBeforeYielding = 128;
    private const int SpinsBeforeParking = SpinsBeforeYielding + 256;

    // Stretches from which nothing was claimed in so many jobs are marked again: only distances below 2³¹ can be told apart.
    private const int JobsBetweenMarks = 1 << 30;

    private const int CacheLine = 64;

    private readonly Thread[] _workers;
    private readonly SemaphoreSlim _parking = new(0);
    private readonly Participant[] _participants;
    private Announcement _announcement;
    private ExceptionDispatchInfo? _failure;
    private int _lastMark;

    // Workers that wait, or are about to, and whom no one has called yet: whoever calls one takes it off.
    private int _parked;
    private int _busy;
    private volatile int _disposed;

    /// <summary>Makes a pool.</summary>
    /// <param name="threads">How many threads work, the caller counted: at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is less than 1.</exception>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _participants = new Participant[threads];
        _workers = new Thread[threads - 1];
        for (int i = 0; i < _workers.Length; i++)
        {
            int participant = i + 1;
            _workers[i] = new Thread(() => Work(participant)) { IsBackground = true, Name = $"Quern worker {participant}" };
            _workers[i].Start();
        }
    }

    /// <summary>How many threads work, the caller counted.</summary>
    public int ThreadCount => _workers.Length + 1;

    /// <summary>The number of the last job that was shared. Tests set it, while no job runs, to be where it would take hours to come.</summary>
    internal int LastJob
    {
        get => new JobNumber(_announcement.Number).Job;
        set => Interlocked.Exchange(ref _announcement.Number, JobNumber.Of(value, 0).Value);
    }

    /// <summary>How often workers were called that have not woken yet.</summary>
    internal int CallsWaiting => _parking.CurrentCount;

    /// <summary>Runs every piece of a job and returns when all are done.</summary>
    /// <param name="pieces">How many pieces there are; with none, nothing happens.</param>
    /// <param name="job">The job. It may hold pointers: the memory they point to must stay in place until this returns.</param>
    /// <remarks>An exception thrown by a piece is thrown here, after the pieces already claimed have ended.</remarks>
    public void Run<TJob>(int pieces, TJob job)
        where TJob : unmanaged, IParallelJob
    {
        if (pieces <= 1 || _workers.Length == 0 || Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
        {
            for (int piece = 0; piece < pieces; piece++)
            {
                job.Run(piece);
            }

            return;
        }

        _announcement.Job = &job;
        _announcement.Invoke = &Invoke<TJob>;
        MarkStretches();
        JobNumber number = JobNumber.Of(LastJob + 1, pieces);
        Interlocked.Exchange(ref _announcement.Number, number.Value);
        Unpark(pieces - 1);
        ClaimPieces(0, number);
        WaitForOthers();
        ExceptionDispatchInfo? failure = _failure;
        _failure = null;
        Volatile.Write(ref _busy, 0);
        failure?.Throw();
    }

    /// <summary>
    /// Ends the worker threads, each after its piece. A job that is running is finished by its caller; later jobs run on their
    /// caller alone. A pool that is dropped without this does not keep the process alive.
    /// </summary>
    public void Dispose()
    {
        if (_workers.Length == 0 || Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _parking.Release(_workers.Length);
        foreach (Thread worker in _workers)
        {
            // A piece may dispose of the pool that runs it.
            if (worker != Thread.CurrentThread)
            {
                worker.Join();
            }
        }
    }

    private static void Invoke<TJob>(void* job, int piece)
        where TJob : unmanaged, IParallelJob => Unsafe.AsRef<TJob>(job).Run(piece);

    private void Work(int self)
    {
        long seen = 0;
        while (_disposed == 0)
        {
            WaitForJob(seen);
            Interlocked.Exchange(ref _participants[self].Working, 1);

            // Read only now: from here on no caller gets further than one job ahead.
            seen = Volatile.Read(ref _announcement.Number);
            ClaimPieces(self, new JobNumber(seen));
            Volatile.Write(ref _participants[self].Working, 0);
        }
    }

    // No piece is left of the jobs before. A worker that came late may still look, and finds none.
    private void MarkStretches()
    {
        JobNumber last = new(_announcement.Number);
        if ((uint)(last.Job - _lastMark) < JobsBetweenMarks)
        {
            return;
        }

        _lastMark = last.Job;
        for (int owner = 0; owner < _participants.Length; owner++)
        {
            Volatile.Write(ref _participants[owner].Claimed, last.At(int.MaxValue));
        }
    }

    // A worker that comes late may read another job here than the one it was called for; it then finds no piece of its own job.
    private void ClaimPieces(int self, JobNumber number)
    {
        void* job = _announcement.Job;
        delegate*<void*, int, void> invoke = _announcement.Invoke;
        try
        {
            for (int i = 0; i < _participants.Length; i++)
            {
                int owner = (self + i) % _participants.Length;
                while (TryClaim(owner, number, out int piece))
                {
                    invoke(job, piece);
                }
            }
        }
        catch (Exception exception)
        {
            for (int owner = 0; owner < _participants.Length; owner++)
            {
                Volatile.Write(ref _participants[owner].Claimed, number.At(number.Stretch(owner, _participants.Length).End));
            }

            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }

    private bool TryClaim(int owner, JobNumber number, out int piece)
    {
        ref long claimed = ref _participants[owner].Claimed;
        (int start, int end) = number.Stretch(owner, _participants.Length);
        long seen = Volatile.Read(ref claimed);
        while (true)
        {
            piece = number.IsAfter(seen) ? start : (int)seen;
            if (piece >= end || number.IsBefore(seen))
            {
                return false;
            }

            long found = Interlocked.CompareExchange(ref claimed, number.At(piece + 1), seen);
            if (found == seen)
            {
                return true;
            }

            seen = found;
        }
    }

    // All pieces are claimed by now; a worker that has one still needs the caller's frame.
    private void WaitForOthers()
    {
        for (int i = 1; i < _participants.Length; i++)
        {
            SpinWait spinner = default;
            while (Volatile.Read(ref _participants[i].Working) != 0)
            {
                spinner.SpinOnce(sleep1Threshold: -1);
            }
        }
    }

    private void WaitForJob(long seen)
    {
        for (int spin = 0; spin < SpinsBeforeParking; spin++)
        {
            if (Volatile.Read(ref _announcement.Number) != seen)
            {
                return;
            }

            if (spin >= SpinsBeforeYielding)
            {
                Thread.Yield();
            }

            Thread.SpinWait(8);
        }

        Interlocked.Increment(ref _parked);
        bool idle = Volatile.Read(ref _announcement.Number) == seen && _disposed == 0;
        if (idle || TakeParked(1) == 0)
        {
            _parking.Wait();
        }
    }

    // Each worker is called once: calls to one that is slow to wake would add up, and keep it from ever waiting again.
    private void Unpark(int most)
    {
        int called = TakeParked(most);
        if (called > 0)
        {
            _parking.Release(called);
        }
    }

    private int TakeParked(int most)
    {
        int parked = Volatile.Read(ref _parked);
        while (parked > 0)
        {
            int taken = Math.Min(parked, most);
            int found = Interlocked.CompareExchange(ref _parked, parked - taken, parked);
            if (found == parked)
            {
                return taken;
            }

            parked = found;
        }

        return 0;
    }

    /// <summary>
    /// The number of a job and how many pieces it has, in one word, so that they are read together. As <see cref="Participant.Claimed"/>
    /// the lower half is the next piece instead; what an earlier job left there counts as nothing claimed.
    /// </summary>
    private readonly record struct JobNumber(long Value)
    {
        public int Job => (int)(Value >> 32);

        private int Pieces => (int)Value;

        public static JobNumber Of(int job, int pieces) => new(((long)job << 32) | (uint)pieces);

        public long At(int piece) => Of(Job, piece).Value;

        // Numbers run over, so only their distance counts.
        public bool IsAfter(long other) => Job - new JobNumber(other).Job > 0;

        public bool IsBefore(long other) => Job - new JobNumber(other).Job < 0;

        public (int Start, int End) Stretch(int owner, int owners) =>
            ((int)((long)Pieces * owner / owners), (int)((long)Pieces * (owner + 1) / owners));
    }

    // Written by the caller alone, and a cache line of its own: whatever else were in it would be taken from the workers that watch it.
    [StructLayout(LayoutKind.Explicit, Size = 3 * CacheLine)]
    private struct Announcement
    {
        [FieldOffset(CacheLine)]
        public long Number;

        [FieldOffset(CacheLine + sizeof(long))]
        public void* Job;

        [FieldOffset(CacheLine + (2 * sizeof(long)))]
        public delegate*<void*, int, void> Invoke;
    }

    // Two lines each, since processors fetch lines in pairs.
    [StructLayout(LayoutKind.Explicit, Size = 2 * CacheLine)]
    private struct Participant
    {
        // The job whose pieces were last claimed from this participant's stretch, and the next of them.
        [FieldOffset(CacheLine)]
        public long Claimed;

        // 1 while this participant may be running a piece.
        [FieldOffset(CacheLine + sizeof(long))]
        public int Working;
    }
}
