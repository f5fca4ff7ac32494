using System.Runtime.ExceptionServices;

namespace Quern.Nn.Tests.Distributed;

/// <summary>Threads that act as processes.</summary>
internal sealed class ThreadProcessGroup : ProcessGroup
{
    private readonly Meeting _meeting;

    private ThreadProcessGroup(Meeting meeting, int rank) => (_meeting, Rank) = (meeting, rank);

    public static ProcessGroup Alone => new ThreadProcessGroup(new Meeting(1), 0);

    public override int Rank { get; }

    public override int Size => _meeting.Floats.Length;

    /// <summary>Runs the same in all of them. What one throws ends all, and the first of it is thrown here.</summary>
    public static T[] Run<T>(int size, Func<ProcessGroup, T> program)
    {
        Meeting meeting = new(size);
        T[] results = new T[size];
        Exception?[] errors = new Exception?[size];
        Thread[] threads = [.. Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = program(new ThreadProcessGroup(meeting, rank));
            }
            catch (Exception error)
            {
                errors[rank] = error;
                meeting.End();
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (errors.FirstOrDefault(error => error is not (null or OperationCanceledException)) is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }

        return results;
    }

    public override void AllReduce(Span<float> values)
    {
        // Kept from call to call, so that a training step allocates nothing.
        if (_meeting.Floats[Rank]?.Length != values.Length)
        {
            _meeting.Floats[Rank] = new float[values.Length];
        }

        values.CopyTo(_meeting.Floats[Rank]);
        Meet();
        values.Clear();
        foreach (float[] given in _meeting.Floats)
        {
            if (given.Length != values.Length)
            {
                throw new InvalidOperationException($"One process gave {given.Length} numbers, and another {values.Length}.");
            }

            for (int i = 0; i < values.Length; i++)
            {
                values[i] += given[i];
            }
        }

        Meet();
    }

    public override void Broadcast(Span<byte> bytes, int root)
    {
        if (Rank == root)
        {
            _meeting.Bytes = bytes.ToArray();
        }

        Meet();
        _meeting.Bytes.CopyTo(bytes);
        Meet();
    }

    public override void Abort(int exitCode) => throw new InvalidOperationException($"Aborted with {exitCode}.");

    private void Meet() => _meeting.Wait();

    // A Barrier allocates where a token can end it.
    private sealed class Meeting(int size)
    {
        private readonly object _gate = new();
        private int _arrived;
        private long _round;
        private bool _isEnded;

        public float[][] Floats { get; } = new float[size][];

        public byte[] Bytes { get; set; } = [];

        public void Wait()
        {
            lock (_gate)
            {
                long round = _round;
                if (++_arrived == size)
                {
                    _arrived = 0;
                    _round++;
                    Monitor.PulseAll(_gate);
                }

                while (round == _round && !_isEnded)
                {
                    Monitor.Wait(_gate);
                }

                if (round == _round)
                {
                    throw new OperationCanceledException("Another process has failed.");
                }
            }
        }

        public void End()
        {
            lock (_gate)
            {
                _isEnded = true;
                Monitor.PulseAll(_gate);
            }
        }
    }
}
