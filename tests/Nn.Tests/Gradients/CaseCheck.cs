using Quern.Tensors;

namespace Quern.Nn.Tests.Gradients;

/// <summary>Holds a module against its plain formula by <see cref="GradientCheck"/>: output, gradients and the number of kinks.</summary>
internal static class CaseCheck
{
    /// <summary>The largest relative error that passes.</summary>
    public const double Tolerance = 1e-4;

    // Below 1e-6, gradients are zero: what is left of a saturated sigmoid.
    private const double Negligible = 1e-6 * Tolerance;

    public static GradientCheckReport Run(GradientCase subject, Device device)
    {
        Module module = subject.MakeModule(device);
        Tensor input = subject.MakeInput(device);
        Shape[] shapes = [input.Shape, .. module.Parameters.Select(parameter => parameter.Value.Shape)];
        string[] names = ["input", .. module.NamedParameters.Select(named => named.Key)];
        Dictionary<string, double[]> parameters = module.NamedParameters.ToDictionary(named => named.Key, named => new PlainTensor(named.Value.Value).Values);
        Assert.Equal(Formula(new PlainTensor(input).Values, parameters).Shape, subject.MakeModule(device).Forward(input.Clone()).Shape);
        return GradientCheck.Run(module, input, new GradientCheckOptions
        {
            RelativeTolerance = Tolerance,
            AbsoluteTolerance = Negligible,
            MaxElements = subject.Coordinates,
            CheckInput = subject.Indices == 0,
            Seed = 2,
            Formula = (x, p) => Formula(x, p).Values,
        });

        PlainTensor Formula(double[] x, IReadOnlyDictionary<string, double[]> p) => subject.Formula(
            new PlainFormulas(),
            new PlainTensor(input.Shape, x),
            p.ToDictionary(named => named.Key, named => new PlainTensor(shapes[Array.IndexOf(names, named.Key)], named.Value)));
    }

    /// <summary>How many elements were compared of the gradients.</summary>
    public static int Compared(this GradientCheckReport report) => report.Tensors.Skip(1).Sum(tensor => tensor.Elements.Count);

    /// <summary>How many elements lie at a kink.</summary>
    public static int Kinks(this GradientCheckReport report) => report.Tensors.Sum(tensor => tensor.Skipped);

    /// <summary>The largest relative error among tensors.</summary>
    public static double WorstError(IEnumerable<TensorComparison> tensors) => tensors.Max(tensor => tensor.Worst?.Excess ?? 0) * Tolerance;

    /// <summary>What is wrong, a line each; empty if nothing is.</summary>
    public static IReadOnlyList<string> Failures(this GradientCheckReport report, GradientCase subject) =>
    [
        .. report.Tensors.Where(tensor => !tensor.Passed).Select(tensor => $"{subject}: {tensor.Name} differs\n{report}"),
        .. report.Kinks() == subject.Kinks ? Array.Empty<string>() : [$"{subject}: {report.Kinks()} elements lie on a kink; {subject.Kinks} were expected to.\n{report}"],
    ];
}
