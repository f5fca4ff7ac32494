using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Quern.Kernels.Cpu;

/// <summary>
/// The threads that share the work of the CPU kernels. The calling thread works too; pieces are claimed one by one, so
/// that a core which the machine takes away delays nobody for long. Running a job allocates nothing.
/// </summary>
/// <remarks>
/// Safe to use from several threads at once and from inside a job: whoever finds the pool busy runs its job on its own
/// thread. Results never depend on the number of threads, since the cut into pieces does not.
/// </remarks>
public sealed unsafe class WorkerPool : IDisposable
{
    // An idle worker first watches for the next job, to bridge the gap between two kernels of a training step: about 10 µs without
    // letting go of its core, then about 100 µs offering it to other threads, of which there may be more than cores.
    private const int SpinsBeforeYielding = 128;
    private const int SpinsBeforeParking = SpinsBeforeYielding + 256;

    private readonly Thread[] _workers;
    private readonly SemaphoreSlim _parking = new(0);
    private int _parked;
    private int _busy;
    private int _generation;
    private int _open;
    private int _active;
    private volatile int _disposed;

    private void* _job;
    private delegate*<void*, int, void> _invoke;
    private int _pieces;
    private int _next;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Makes a pool.</summary>
    /// <param name="threads">How many threads work, the caller counted: at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is less than 1.</exception>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _workers = new Thread[threads - 1];
        for (int i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new Thread(Work) { IsBackground = true, Name = $"Quern worker {i + 1}" };
            _workers[i].Start();
        }
    }

    /// <summary>How many threads work, the caller counted.</summary>
    public int ThreadCount => _workers.Length + 1;

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

        _job = &job;
        _invoke = &Invoke<TJob>;
        _pieces = pieces;
        _next = 0;
        Interlocked.Exchange(ref _open, 1);
        Interlocked.Increment(ref _generation);
        int parked = Volatile.Read(ref _parked);
        if (parked > 0)
        {
            _parking.Release(Math.Min(parked, pieces - 1));
        }

        ClaimPieces();

        // After the gate is shut no worker enters; those inside still hold a pointer to this frame.
        Interlocked.Exchange(ref _open, 0);
        SpinWait spinner = default;
        while (Volatile.Read(ref _active) != 0)
        {
            spinner.SpinOnce(sleep1Threshold: -1);
        }

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

    private void ClaimPieces()
    {
        try
        {
            int piece;
            while ((piece = Interlocked.Increment(ref _next) - 1) < _pieces)
            {
                _invoke(_job, piece);
            }
        }
        catch (Exception exception)
        {
            Volatile.Write(ref _next, _pieces);
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }

    private void Work()
    {
        int seen = 0;
        while (_disposed == 0)
        {
            seen = WaitForJob(seen);
            Interlocked.Increment(ref _active);
            if (Volatile.Read(ref _open) != 0)
            {
                ClaimPieces();
            }

            Interlocked.Decrement(ref _active);
        }
    }

    private int WaitForJob(int seen)
    {
        for (int spin = 0; spin < SpinsBeforeParking; spin++)
        {
            int generation = Volatile.Read(ref _generation);
            if (generation != seen)
            {
                return generation;
            }

            if (spin >= SpinsBeforeYielding)
            {
                Thread.Yield();
            }

            Thread.SpinWait(8);
        }

        Interlocked.Increment(ref _parked);
        if (Volatile.Read(ref _generation) == seen && _disposed == 0)
        {
            _parking.Wait();
        }

        Interlocked.Decrement(ref _parked);
        return Volatile.Read(ref _generation);
    }
}
