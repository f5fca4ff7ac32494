namespace Quern.Tests.Shared;

/// <summary>Counts what an action allocates on the managed heap.</summary>
internal static class Allocations
{
    private const int Runs = 5;

    /// <summary>The least that any of several runs of an action allocates on this thread, in bytes.</summary>
    /// <remarks>
    /// A collection, which another test may bring about at any moment, counts up to 8 KiB of unused allocation budget as
    /// allocated. What an action itself allocates, it allocates in every run.
    /// </remarks>
    public static long LeastOf(Action action)
    {
        long least = long.MaxValue;
        for (int run = 0; run < Runs; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
