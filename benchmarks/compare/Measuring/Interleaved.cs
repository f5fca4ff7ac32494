using System.Diagnostics;

namespace Quern.Benchmarks.Compare.Measuring;

/// <summary>
/// Measures in turns, A B C A B C …, so that whatever else the machine does meets all of them. Ratios are then taken within a round.
/// </summary>
internal static class Interleaved
{
    // OpenBLAS's threads spin for a while after a product; whoever comes next must not share the cores with them.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(60);

    /// <summary>Runs the rounds: at least one, and no more than fit into the limit.</summary>
    public static void Run(IReadOnlyList<Contestant> contestants, int rounds, TimeSpan limit)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (Contestant contestant in contestants)
        {
            contestant.WarmUp();
        }

        long firstRound = Stopwatch.GetTimestamp();
        for (int round = 0; round < rounds; round++)
        {
            TimeSpan perRound = round == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(firstRound) / round;
            if (round > 0 && Stopwatch.GetElapsedTime(start) + perRound > limit)
            {
                return;
            }

            bool pause = contestants[^1].Threads > 1;
            foreach (Contestant contestant in contestants)
            {
                if (pause)
                {
                    Thread.Sleep(Pause);
                }

                contestant.TakeTurn();
                pause = contestant.Threads > 1;
            }
        }
    }
}
