namespace Quern.Benchmarks.Compare.Measuring;

/// <summary>Median and quartiles.</summary>
internal readonly record struct Spread(double Median, double Lower, double Upper)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new(At(0.5), At(0.25), At(0.75));

        double At(double share)
        {
            double position = share * (sorted.Length - 1);
            int below = (int)position;
            int above = Math.Min(below + 1, sorted.Length - 1);
            return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
        }
    }

    /// <summary>As a ratio: 1.04 (1.02 to 1.07).</summary>
    public override string ToString() => FormattableString.Invariant($"{Median:0.00} ({Lower:0.00} to {Upper:0.00})");
}
