namespace Quern.Tensors.Tests;

/// <summary>One reduction, declared once for every test and every device.</summary>
/// <param name="Name">The operation's name everywhere.</param>
/// <param name="Run">The operation along one axis, with its keepAxis and result arguments.</param>
/// <param name="RunWhole">The operation over all elements, or null where there is none.</param>
/// <param name="Plain">The same for a list of numbers in double precision.</param>
/// <param name="OfNothing">What no elements give, or null where that is an error.</param>
public sealed record Reduction(
    string Name,
    Func<Tensor, Index, bool, Tensor?, Tensor> Run,
    Func<Tensor, Tensor>? RunWhole,
    Func<double[], double> Plain,
    double? OfNothing = null)
{
    public static IReadOnlyList<Reduction> All { get; } =
    [
        new(nameof(Tensor.Sum), (x, axis, keep, result) => x.Sum(axis, keep, result), x => x.Sum(), x => x.Sum(), 0),
        new(nameof(Tensor.Mean), (x, axis, keep, result) => x.Mean(axis, keep, result), x => x.Mean(), x => x.Sum() / x.Length, double.NaN),
        new(nameof(Tensor.Max), (x, axis, keep, result) => x.Max(axis, keep, result), x => x.Max(), x => x.Aggregate(Math.Max)),
        new(nameof(Tensor.Min), (x, axis, keep, result) => x.Min(axis, keep, result), x => x.Min(), x => x.Aggregate(Math.Min)),
        new(nameof(Tensor.ArgMax), (x, axis, keep, result) => x.ArgMax(axis, keep, result), null, PlainArgMax),
    ];

    public static TheoryData<string> Names => [.. All.Select(operation => operation.Name)];

    public static Reduction Named(string name) => All.Single(operation => operation.Name == name);

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
}
