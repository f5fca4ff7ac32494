using System.Diagnostics;
using Quern.Kernels.Cpu;
using Quern.Mnist.Data;

namespace Quern.Benchmarks.Compare;

/// <summary>What the sections share: the options, the data, the threads, the clock.</summary>
internal sealed class Comparison(CompareOptions options) : IDisposable
{
    private readonly Dictionary<int, WorkerPool> _pools = [];
    private DataSplits? _data;
    private long _sectionStart;
    private TimeSpan _sectionLimit;

    public CompareOptions Options => options;

    /// <summary>One thread, and as many as were asked for.</summary>
    public int[] ThreadCounts => options.Threads == 1 ? [1] : [1, options.Threads];

    /// <summary>The images to train on, loaded when first asked for.</summary>
    public DataSplits Data => _data ??= LoadData(options.Data);

    /// <summary>Time since the section began.</summary>
    public TimeSpan SectionTime => Stopwatch.GetElapsedTime(_sectionStart);

    /// <summary>Reads the data; there is no download in a measurement.</summary>
    public static DataSplits LoadData(string? folder) =>
        new DataSource().ResolveAsync(folder is null ? DataSource.Synthetic : null, folder, seed: 0).GetAwaiter().GetResult();

    public WorkerPool Pool(int threads)
    {
        if (!_pools.TryGetValue(threads, out WorkerPool? pool))
        {
            pool = _pools[threads] = new WorkerPool(threads);
        }

        return pool;
    }

    public void StartSection(TimeSpan limit)
    {
        _sectionStart = Stopwatch.GetTimestamp();
        _sectionLimit = limit;
    }

    /// <summary>A fair share of the section's remaining time for the next of so many groups.</summary>
    public TimeSpan ShareOf(int groupsLeft)
    {
        TimeSpan left = _sectionLimit - SectionTime;
        return left < TimeSpan.Zero ? TimeSpan.Zero : left / groupsLeft;
    }

    public void Say(string line) => Console.WriteLine(line);

    public void Dispose()
    {
        foreach (WorkerPool pool in _pools.Values)
        {
            pool.Dispose();
        }
    }
}
