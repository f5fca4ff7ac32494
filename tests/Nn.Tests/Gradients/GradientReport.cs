using Quern.Tensors;

namespace Quern.Nn.Tests.Gradients;

/// <summary>What <see cref="GradientCheck"/> found.</summary>
internal sealed record GradientReport(GradientCase Subject, Device Device, TensorReport Output, IReadOnlyList<TensorReport> Gradients)
{
    public int Checked => Gradients.Sum(gradient => gradient.Checked);

    public int Kinks => Gradients.Sum(gradient => gradient.Kinks);

    public double WorstGradient => Gradients.Max(gradient => gradient.Worst);

    /// <summary>What is wrong, a line each; empty if nothing is.</summary>
    public IReadOnlyList<string> Failures =>
    [
        .. Gradients.Prepend(Output)
            .Where(tensor => !(tensor.Worst < GradientCheck.Tolerance))
            .Select(tensor => $"{Subject} on {Device}: {tensor}; allowed are {GradientCheck.Tolerance}."),
        .. Kinks == Subject.Kinks ? Array.Empty<string>() : [$"{Subject} on {Device}: {Kinks} coordinates lie on a kink; {Subject.Kinks} were expected to."],
    ];
}

/// <summary>How far a tensor is from what was expected.</summary>
/// <param name="Name">The tensor.</param>
/// <param name="Checked">How many coordinates were compared.</param>
/// <param name="Kinks">How many were not, since they lie on a kink.</param>
/// <param name="ByNorm">|actual - expected| / |expected|, by Euclidean norm.</param>
/// <param name="ByElement">The largest |actual - expected| / |expected| of an element, where small elements count as a tenth of the root mean square.</param>
internal sealed record TensorReport(string Name, int Checked, int Kinks, double ByNorm, double ByElement)
{
    // Below this, gradients are zero: what is left of a saturated sigmoid.
    private const double Negligible = 1e-6;

    public double Worst => Math.Max(ByNorm, ByElement);

    public static TensorReport Between(string name, IReadOnlyList<double> actual, IReadOnlyList<double> expected, int kinks)
    {
        double squares = expected.Sum(value => value * value);
        double differences = actual.Zip(expected, (a, e) => (a - e) * (a - e)).Sum();
        double meanSquare = expected.Count == 0 ? 0 : squares / expected.Count;
        double floor = Math.Max(Math.Sqrt(meanSquare) / 10, Negligible);
        double byElement = actual.Zip(expected, (a, e) => Math.Abs(a - e) / Math.Max(Math.Abs(e), floor)).DefaultIfEmpty().Max();
        return new(name, expected.Count, kinks, Math.Sqrt(differences) / Math.Max(Math.Sqrt(squares), Negligible), byElement);
    }

    public override string ToString() => $"{Name} differs by {ByNorm:e1} relative to its norm and by {ByElement:e1} in its worst element";
}
