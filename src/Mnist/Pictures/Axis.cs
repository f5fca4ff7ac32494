using System.Globalization;

namespace Quern.Mnist.Pictures;

/// <summary>A range of numbers that starts and ends on round ones, with round ticks between, in equal steps or by powers of ten.</summary>
internal sealed class Axis
{
    private readonly int _decimals;
    private readonly bool _isLogarithmic;

    private Axis(double[] logarithmicTicks)
    {
        Ticks = logarithmicTicks;
        _isLogarithmic = true;
    }

    private Axis(double first, double step, int count)
    {
        _decimals = Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9));
        Ticks = [.. Enumerable.Range(0, count).Select(i => first + (i * step))];
    }

    public IReadOnlyList<double> Ticks { get; }

    public double Minimum => Ticks[0];

    public double Maximum => Ticks[^1];

    /// <summary>An axis that holds all the values, with steps of 1, 2 or 5 times a power of ten.</summary>
    /// <param name="minimum">The least value.</param>
    /// <param name="maximum">The greatest value.</param>
    /// <param name="intervals">About how many intervals there may be at most.</param>
    /// <param name="wholeNumbers">Whether ticks lie on whole numbers only.</param>
    public static Axis For(double minimum, double maximum, int intervals, bool wholeNumbers = false)
    {
        if (maximum <= minimum)
        {
            if (wholeNumbers)
            {
                return new Axis(minimum, 1, 1);
            }

            maximum = minimum + 1;
        }

        double least = (maximum - minimum) / intervals;
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        double step = power * (least / power) switch
        {
            <= 1 + 1e-9 => 1,
            <= 2 + 1e-9 => 2,
            <= 5 + 1e-9 => 5,
            _ => 10,
        };
        if (wholeNumbers)
        {
            step = Math.Max(1, step);
        }

        // A value that is a tick but for rounding asks for no further one.
        double first = Math.Floor((minimum / step) + 1e-9);
        double last = Math.Ceiling((maximum / step) - 1e-9);
        return new Axis(first * step, step, (int)(last - first) + 1);
    }

    /// <summary>A logarithmic axis that holds all the values, with ticks at 1, 2 and 5 times powers of ten, or at the powers alone where those are many.</summary>
    /// <param name="minimum">The least value: above 0.</param>
    /// <param name="maximum">The greatest value: no less.</param>
    /// <param name="intervals">About how many intervals there may be at most.</param>
    public static Axis Logarithmic(double minimum, double maximum, int intervals)
    {
        int lowest = (int)Math.Floor(Math.Log10(minimum)), highest = (int)Math.Ceiling(Math.Log10(maximum));
        int[] digits = 3 * (highest - lowest) <= 2 * intervals ? [1, 2, 5] : [1];
        int every = 1 + ((highest - lowest) / (2 * intervals));
        double[] ticks = [.. Enumerable.Range(0, ((highest - lowest) / every) + 2).SelectMany(i => digits.Select(digit => digit * Math.Pow(10, lowest + (i * every))))];
        int first = Math.Max(0, Array.FindLastIndex(ticks, tick => tick <= minimum * (1 + 1e-9)));
        int last = Array.FindIndex(ticks, tick => tick >= maximum * (1 - 1e-9));
        return new Axis(ticks[first..(Math.Max(last, first + 1) + 1)]);
    }

    /// <summary>Where a value lies: 0 at the minimum, 1 at the maximum; in the middle of an axis of one tick.</summary>
    public double Fraction(double value) => Maximum == Minimum ? 0.5
        : _isLogarithmic ? Math.Log(value / Minimum) / Math.Log(Maximum / Minimum)
        : (value - Minimum) / (Maximum - Minimum);

    /// <summary>A tick with as many decimals as the step has; on a logarithmic axis with as many as it needs.</summary>
    public string Label(double tick) => _isLogarithmic ? tick.ToString(tick is >= 1e-5 and < 1e6 ? "0.#####" : "0e0", CultureInfo.InvariantCulture) : tick.ToString("F" + _decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
