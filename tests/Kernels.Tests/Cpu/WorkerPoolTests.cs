using Quern.Kernels.Cpu;
using Quern.Tests.Shared;

namespace Quern.Kernels.Tests.Cpu;

public unsafe class WorkerPoolTests
{
    public static TheoryData<int> ThreadCounts => [1, 2, 3, 8];

    [Theory]
    [MemberData(nameof(ThreadCounts))]
    public void Every_piece_runs_exactly_once(int threads)
    {
        using var pool = new WorkerPool(threads);
        Assert.Equal(threads, pool.ThreadCount);
        int* runs = stackalloc int[100];
        for (int job = 0; job < 2000; job++)
        {
            int pieces = job % 100;
            new Span<int>(runs, 100).Clear();
            pool.Run(pieces, new CountJob { Runs = runs });
            for (int piece = 0; piece < 100; piece++)
            {
                Assert.Equal(piece < pieces ? 1 : 0, runs[piece]);
            }
        }
    }

    // Two pieces on three threads and more leave some stretches empty, so that nothing is ever claimed from them.
    [Theory]
    [MemberData(nameof(ThreadCounts))]
    public void Every_piece_runs_after_any_number_of_jobs(int threads)
    {
        using var pool = new WorkerPool(threads);
        int* runs = stackalloc int[100];
        foreach (uint jobs in (uint[])[0, 0x80000100, 0x00000200, 0x3FFFFFFE, 0x7FFFFFFE, 0xFFFFFFFE, 0x7FFFFFFA])
        {
            pool.LastJob = (int)jobs;
            for (int job = 0; job < 20; job++)
            {
                int pieces = job % 4 == 3 ? 100 : 2;
                new Span<int>(runs, 100).Clear();
                pool.Run(pieces, new CountJob { Runs = runs });
                for (int piece = 0; piece < 100; piece++)
                {
                    Assert.Equal(piece < pieces ? 1 : 0, runs[piece]);
                }
            }
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    public void A_worker_that_was_called_twice_does_not_stop_waiting(int threads)
    {
        using var pool = new WorkerPool(threads);
        int runs = 0;
        for (int job = 0; job < 20_000; job++)
        {
            pool.Run(2, new SumJob { Sum = &runs });
        }

        Assert.Equal(40_000, runs);
        Assert.InRange(pool.CallsWaiting, 0, threads - 1);
    }

    [Theory]
    [MemberData(nameof(ThreadCounts))]
    public void As_many_pieces_run_at_once_as_there_are_threads(int threads)
    {
        using var pool = new WorkerPool(threads);
        for (int job = 0; job < 20; job++)
        {
            // Each piece waits for all others to have begun, so this ends only if every thread takes one.
            int begun = 0;
            pool.Run(threads, new MeetJob { Begun = &begun, Expected = threads });
            Assert.Equal(threads, begun);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Idle_threads_take_the_pieces_of_a_busy_one(int threads)
    {
        using var pool = new WorkerPool(threads);
        for (int job = 0; job < 50; job++)
        {
            // The first piece ends only after all others, those of its own thread's stretch among them.
            int ended = 0;
            pool.Run(5 * threads, new LastJob { Ended = &ended, Others = (5 * threads) - 1 });
            Assert.Equal(5 * threads, ended);
        }
    }

    [Theory]
    [MemberData(nameof(ThreadCounts))]
    public void A_job_may_run_jobs_on_the_same_pool(int threads)
    {
        using var pool = new WorkerPool(threads);
        int* runs = stackalloc int[8 * 16];
        for (int job = 0; job < 200; job++)
        {
            new Span<int>(runs, 8 * 16).Clear();
            NestedJob.Pool = pool;
            pool.Run(8, new NestedJob { Runs = runs });
            for (int i = 0; i < 8 * 16; i++)
            {
                Assert.Equal(1, runs[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(ThreadCounts))]
    public void Several_threads_may_use_one_pool(int threads)
    {
        using var pool = new WorkerPool(threads);
        int wrong = 0;
        var callers = new Thread[4];
        for (int caller = 0; caller < callers.Length; caller++)
        {
            callers[caller] = new Thread(() =>
            {
                int* runs = stackalloc int[16];
                for (int job = 0; job < 1000; job++)
                {
                    new Span<int>(runs, 16).Clear();
                    pool.Run(16, new CountJob { Runs = runs });
                    for (int piece = 0; piece < 16; piece++)
                    {
                        if (runs[piece] != 1)
                        {
                            Interlocked.Increment(ref wrong);
                        }
                    }
                }
            });
            callers[caller].Start();
        }

        foreach (Thread caller in callers)
        {
            caller.Join();
        }

        Assert.Equal(0, wrong);
    }

    [Theory]
    [MemberData(nameof(ThreadCounts))]
    public void An_exception_reaches_the_caller_and_the_pool_lives_on(int threads)
    {
        using var pool = new WorkerPool(threads);
        for (int job = 0; job < 50; job++)
        {
            var error = Assert.Throws<InvalidOperationException>(() => pool.Run(20, new ThrowJob { Piece = 7 }));
            Assert.Equal("piece 7", error.Message);
        }

        int* runs = stackalloc int[20];
        pool.Run(20, new CountJob { Runs = runs });
        for (int piece = 0; piece < 20; piece++)
        {
            Assert.Equal(1, runs[piece]);
        }
    }

    [Theory]
    [MemberData(nameof(ThreadCounts))]
    public void A_disposed_pool_still_runs_jobs_on_the_caller(int threads)
    {
        var pool = new WorkerPool(threads);
        pool.Dispose();
        pool.Dispose();
        int* runs = stackalloc int[20];
        pool.Run(20, new CountJob { Runs = runs });
        for (int piece = 0; piece < 20; piece++)
        {
            Assert.Equal(1, runs[piece]);
        }
    }

    [Fact]
    public void Pools_come_and_go()
    {
        int* runs = stackalloc int[4];
        for (int i = 0; i < 50; i++)
        {
            new Span<int>(runs, 4).Clear();
            using var pool = new WorkerPool(3);
            pool.Run(i % 5, new CountJob { Runs = runs });
        }
    }

    [Fact]
    public void A_piece_may_dispose_of_its_pool()
    {
        for (int i = 0; i < 20; i++)
        {
            var pool = new WorkerPool(3);
            int runs = 0;
            DisposeJob.Pool = pool;
            pool.Run(10, new DisposeJob { Runs = &runs });
            Assert.Equal(10, runs);
        }
    }

    [Fact]
    public void Workers_do_not_keep_the_process_alive()
    {
        using var pool = new WorkerPool(4);
        int begun = 0, foreground = 0;
        int caller = Environment.CurrentManagedThreadId;
        pool.Run(4, new MeetJob { Begun = &begun, Expected = 4, Caller = caller, Foreground = &foreground });
        Assert.Equal(0, foreground);
    }

    [Fact]
    public void A_job_allocates_nothing()
    {
        using var pool = new WorkerPool(2);
        int* runs = stackalloc int[100];
        pool.Run(100, new CountJob { Runs = runs });
        long allocated = Allocations.LeastOf(() =>
        {
            for (int job = 0; job < 100; job++)
            {
                pool.Run(100, new CountJob { Runs = runs });
            }
        });
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void A_pool_has_at_least_one_thread() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerPool(0));

    private struct CountJob : IParallelJob
    {
        public int* Runs;

        public readonly void Run(int piece) => Interlocked.Increment(ref Runs[piece]);
    }

    private struct SumJob : IParallelJob
    {
        public int* Sum;

        public readonly void Run(int piece) => Interlocked.Increment(ref *Sum);
    }

    private struct MeetJob : IParallelJob
    {
        public int* Begun;
        public int Expected;
        public int Caller;
        public int* Foreground;

        public readonly void Run(int piece)
        {
            if (Foreground != null && Environment.CurrentManagedThreadId != Caller && !Thread.CurrentThread.IsBackground)
            {
                Interlocked.Increment(ref *Foreground);
            }

            Interlocked.Increment(ref *Begun);
            while (Volatile.Read(ref *Begun) < Expected)
            {
                Thread.Yield();
            }
        }
    }

    private struct LastJob : IParallelJob
    {
        public int* Ended;
        public int Others;

        public readonly void Run(int piece)
        {
            while (piece == 0 && Volatile.Read(ref *Ended) < Others)
            {
                Thread.Yield();
            }

            Interlocked.Increment(ref *Ended);
        }
    }

    private struct NestedJob : IParallelJob
    {
        public int* Runs;

        public static WorkerPool? Pool { get; set; }

        public readonly void Run(int piece) => Pool!.Run(16, new CountJob { Runs = Runs + (piece * 16) });
    }

    private struct ThrowJob : IParallelJob
    {
        public int Piece;

        public readonly void Run(int piece)
        {
            if (piece == Piece)
            {
                throw new InvalidOperationException($"piece {piece}");
            }
        }
    }

    private struct DisposeJob : IParallelJob
    {
        public int* Runs;

        public static WorkerPool? Pool { get; set; }

        public readonly void Run(int piece)
        {
            Pool!.Dispose();
            Interlocked.Increment(ref *Runs);
        }
    }
}
