namespace Quern.Tensors.Tests;

/// <summary>One reduction, declared once for every test and every device.</summary>
/// <param name="Name">The operation's name everywhere.</param>
/// <param name="Run">The operation along one axis, with its keepAxis and result arguments.</param>
/// <param name="RunWhole">The operation over all elements.</param>
/// <param name="Plain">The same for a list of numbers in double precision.</param>
/// <param name="OfNothing">What no elements give, or null where that is an error.</param>
/// <param name="Degree">The power of the operand that the result grows with, and so its rounding errors; 0 where an element is chosen or counted.</param>
public sealed record Reduction(
    string Name,
    Func<Tensor, Index, bool, Tensor?, Tensor> Run,
    Func<Tensor, Tensor> RunWhole,
    Func<double[], double> Plain,
    double? OfNothing = null,
    int Degree = 1)
{
    public static IReadOnlyList<Reduction> All { get; } =
    [
        new(nameof(Tensor.Sum), (x, axis, keep, result) => x.Sum(axis, keep, result), x => x.Sum(), x => x.Sum(), 0),
        new(nameof(Tensor.Mean), (x, axis, keep, result) => x.Mean(axis, keep, result), x => x.Mean(), x => x.Sum() / x.Length, double.NaN),
        new(nameof(Tensor.Max), (x, axis, keep, result) => x.Max(axis, keep, result), x => x.Max(), x => x.Aggregate(Math.Max), Degree: 0),
        new(nameof(Tensor.Min), (x, axis, keep, result) => x.Min(axis, keep, result), x => x.Min(), x => x.Aggregate(Math.Min), Degree: 0),
        new(nameof(Tensor.ArgMax), (x, axis, keep, result) => x.ArgMax(axis, keep, result), x => x.ArgMax(), PlainArgMax, Degree: 0),
        new(nameof(Tensor.ArgMin), (x, axis, keep, result) => x.ArgMin(axis, keep, result), x => x.ArgMin(), x => PlainArgMax([.. x.Select(number => -number)]), Degree: 0),
        new(nameof(Tensor.Prod), (x, axis, keep, result) => x.Prod(axis, keep, result), x => x.Prod(), x => x.Aggregate(1.0, (product, number) => product * number), 1, Degree: 0),
        new(nameof(Tensor.Any), (x, axis, keep, result) => x.Any(axis, keep, result), x => x.Any(), x => x.Any(number => number != 0) ? 1 : 0, 0, Degree: 0),
        new(nameof(Tensor.All), (x, axis, keep, result) => x.All(axis, keep, result), x => x.All(), x => x.All(number => number != 0) ? 1 : 0, 1, Degree: 0),
        new(nameof(Tensor.Var), (x, axis, keep, result) => x.Var(axis, keep, result: result), x => x.Var(), x => PlainVar(x, 1), double.NaN, Degree: 2),
        new("Var(correction: 0)", (x, axis, keep, result) => x.Var(axis, keep, 0, result), x => x.Var(correction: 0), x => PlainVar(x, 0), double.NaN, Degree: 2),
        new(nameof(Tensor.Std), (x, axis, keep, result) => x.Std(axis, keep, result: result), x => x.Std(), x => Math.Sqrt(PlainVar(x, 1)), double.NaN),
        new(nameof(Tensor.Norm), (x, axis, keep, result) => x.Norm(2, axis, keep, result), x => x.Norm(), x => PlainNorm(x, 2), 0),
        new("Norm(0)", (x, axis, keep, result) => x.Norm(0, axis, keep, result), x => x.Norm(0), x => x.Count(number => number != 0), 0, Degree: 0),
        new("Norm(1)", (x, axis, keep, result) => x.Norm(1, axis, keep, result), x => x.Norm(1), x => PlainNorm(x, 1), 0),
        new("Norm(3)", (x, axis, keep, result) => x.Norm(3, axis, keep, result), x => x.Norm(3), x => PlainNorm(x, 3), 0),
        new("Norm(∞)", (x, axis, keep, result) => x.Norm(double.PositiveInfinity, axis, keep, result), x => x.Norm(double.PositiveInfinity), x => x.Select(Math.Abs).Aggregate(Math.Max), Degree: 0),
        new("Norm(-∞)", (x, axis, keep, result) => x.Norm(double.NegativeInfinity, axis, keep, result), x => x.Norm(double.NegativeInfinity), x => x.Select(Math.Abs).Aggregate(Math.Min), Degree: 0),
        new(nameof(Tensor.LogSumExp), (x, axis, keep, result) => x.LogSumExp(axis, keep, result), x => x.LogSumExp(), PlainLogSumExp, double.NegativeInfinity, Degree: 0),
        new(nameof(Tensor.Median), (x, axis, keep, result) => x.Median(axis, keep, result), x => x.Median(), x => PlainOrdered(x, order => order[(order.Length - 1) / 2]), Degree: 0),
        new("Quantile(0)", (x, axis, keep, result) => x.Quantile(0, axis, keep, result), x => x.Quantile(0), x => PlainQuantile(x, 0), Degree: 0),
        new("Quantile(0.3)", (x, axis, keep, result) => x.Quantile(0.3, axis, keep, result), x => x.Quantile(0.3), x => PlainQuantile(x, 0.3)),
        new("Quantile(0.5)", (x, axis, keep, result) => x.Quantile(0.5, axis, keep, result), x => x.Quantile(0.5), x => PlainQuantile(x, 0.5)),
        new("Quantile(0.97)", (x, axis, keep, result) => x.Quantile(0.97, axis, keep, result), x => x.Quantile(0.97), x => PlainQuantile(x, 0.97)),
        new("Quantile(1)", (x, axis, keep, result) => x.Quantile(1, axis, keep, result), x => x.Quantile(1), x => PlainQuantile(x, 1), Degree: 0),
    ];

    public static TheoryData<string> Names => [.. All.Select(operation => operation.Name)];

    /// <summary>The plain formula over all elements; of Euclid's norm, no square overflows there.</summary>
    public double PlainWhole(double[] x) => Name == nameof(Tensor.Norm) ? Math.Sqrt(x.Sum(number => number * number)) : Plain(x);

    /// <summary>Whether squares of differences from a mean are added up.</summary>
    public bool IsSpread => Name.StartsWith(nameof(Tensor.Var), StringComparison.Ordinal) || Name == nameof(Tensor.Std);

    public static Reduction Named(string name) => All.Single(operation => operation.Name == name);

    // Squares and other powers are floats, and so infinite beyond them.
    private static double PlainVar(double[] x, double correction)
    {
        double mean = x.Sum() / x.Length;
        return (float)(x.Sum(number => (double)(float)((number - mean) * (number - mean))) / Math.Max(0, x.Length - correction));
    }

    private static double PlainNorm(double[] x, double p) => Math.Pow((float)x.Sum(number => (double)(float)Math.Pow(Math.Abs(number), p)), 1 / p);

    private static double PlainLogSumExp(double[] x)
    {
        double max = x.Aggregate(Math.Max);
        return double.IsInfinity(max) ? max : max + Math.Log(x.Sum(number => Math.Exp(number - max)));
    }

    private static double PlainArgMax(double[] x)
    {
        int best = 0;
        for (int i = 1; i < x.Length && !double.IsNaN(x[best]); i++)
        {
            if (x[i] > x[best] || double.IsNaN(x[i]))
            {
                best = i;
            }
        }

        return best;
    }

    private static double PlainOrdered(double[] x, Func<double[], double> choose) => x.Any(double.IsNaN) ? double.NaN : choose([.. x.Order()]);

    private static double PlainQuantile(double[] x, double q) => PlainOrdered(x, order =>
    {
        double place = q * (x.Length - 1);
        (double below, double above) = (order[(int)place], order[(int)Math.Ceiling(place)]);
        double weight = place - (int)place;

        // From the nearer of the two on, which decides where one is infinite.
        return weight == 0 ? below : weight < 0.5 ? below + ((above - below) * weight) : above - ((above - below) * (1 - weight));
    });
}
