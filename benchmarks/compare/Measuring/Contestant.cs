using System.Diagnostics;

namespace Quern.Benchmarks.Compare.Measuring;

/// <summary>One of those that are measured in turns.</summary>
/// <param name="name">What the table calls it.</param>
/// <param name="threads">How many threads it uses.</param>
/// <param name="warmUp">Called once before the first round.</param>
/// <param name="measure">One turn; returns its seconds.</param>
internal sealed class Contestant(string name, int threads, Action warmUp, Func<double> measure)
{
    private readonly List<double> _seconds = [];

    public string Name => name;

    public int Threads => threads;

    public Spread Seconds => Spread.Of(_seconds);

    /// <summary>A call so short that a turn makes it many times, back to back; the seconds are those of one.</summary>
    /// <param name="name">What the table calls it.</param>
    /// <param name="threads">How many threads it uses.</param>
    /// <param name="call">The call.</param>
    /// <param name="turn">About how long a turn takes.</param>
    /// <param name="prepare">Called before each turn, untimed.</param>
    public static Contestant Repeating(string name, int threads, Action call, TimeSpan turn, Action? prepare = null)
    {
        int count = 1;
        return new Contestant(name, threads, WarmUp, () => Turn(count));

        // Long enough for the runtime to have compiled the code for good.
        void WarmUp()
        {
            prepare?.Invoke();
            TimeSpan longEnough = TimeSpan.FromMilliseconds(250);
            long start = Stopwatch.GetTimestamp();
            do
            {
                call();
            }
            while (Stopwatch.GetElapsedTime(start) < longEnough);
            count = (int)Math.Clamp(turn.TotalSeconds / Math.Max(1e-8, Math.Min(Turn(1), Turn(1))), 1, 1_000_000);
        }

        double Turn(int calls)
        {
            prepare?.Invoke();
            call();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < calls; i++)
            {
                call();
            }

            return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
        }
    }

    public void WarmUp() => warmUp();

    public void TakeTurn() => _seconds.Add(measure());

    /// <summary>How many times as fast as another, each round by itself.</summary>
    public Spread SpeedAgainst(Contestant other) => Spread.Of(_seconds.Zip(other._seconds, (mine, others) => others / mine));

    /// <summary>Work per second as a share of another's, each round by itself.</summary>
    public Spread RateAgainst(double work, Contestant other, double othersWork) =>
        Spread.Of(_seconds.Zip(other._seconds, (mine, others) => work / mine / (othersWork / others)));
}
