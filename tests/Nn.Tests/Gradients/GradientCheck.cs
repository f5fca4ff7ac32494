using Quern.Tensors;

namespace Quern.Nn.Tests.Gradients;

/// <summary>
/// Holds a module against its plain formula: its output against the formula's, and the gradients of its backward pass
/// against central differences of the formula, (L(x + h) - L(x - h)) / 2h, all in double precision.
/// </summary>
/// <remarks>L is the sum of the outputs, each times a random number: the gradient that the backward pass is given.</remarks>
internal static class GradientCheck
{
    /// <summary>The largest relative error that passes.</summary>
    public const double Tolerance = 1e-4;

    // In double precision, differences are right to about h² here: far below what float32 can tell.
    private const double Step = 1e-5;

    public static GradientReport Run(GradientCase subject, Device device)
    {
        Module module = subject.MakeModule(device);
        Tensor input = subject.MakeInput(device);
        Dictionary<string, PlainTensor> parameters = module.NamedParameters.ToDictionary(named => named.Key, named => new PlainTensor(named.Value.Value));
        PlainTensor x = new(input);

        PlainTensor output = new(module.Forward(input));
        PlainTensor expectedOutput = subject.Formula(new PlainFormulas(), x, parameters);
        Assert.Equal(expectedOutput.Shape, output.Shape);
        Tensor outputGradient = Samples.Tensor(output.Shape, 2, device);
        double[] weights = new PlainTensor(outputGradient).Values;
        PlainTensor inputGradient = new(module.Backward(outputGradient));

        (double Loss, ulong Sides) Evaluate()
        {
            PlainFormulas formulas = new();
            double[] y = subject.Formula(formulas, x, parameters).Values;
            return (y.Zip(weights, (value, weight) => value * weight).Sum(), formulas.Sides);
        }

        List<TensorReport> gradients = [Compare("input", x.Values, inputGradient, subject, Evaluate)];
        foreach ((string name, Parameter parameter) in module.NamedParameters)
        {
            gradients.Add(Compare(name, parameters[name].Values, new PlainTensor(parameter.Gradient), subject, Evaluate));
        }

        return new GradientReport(subject, device, TensorReport.Between("output", output.Values, expectedOutput.Values, 0), gradients);
    }

    private static TensorReport Compare(
        string name, double[] at, PlainTensor gradient, GradientCase subject, Func<(double Loss, ulong Sides)> evaluate)
    {
        if (gradient.Values.Length != at.Length)
        {
            throw new InvalidOperationException($"{subject}: the gradient of {name} has shape {gradient.Shape}; {at.Length} numbers were expected.");
        }

        List<double> actual = [], expected = [];
        int kinks = 0;
        foreach (int i in Chosen(at.Length, subject.Coordinates))
        {
            double middle = at[i];
            at[i] = middle + Step;
            (double above, ulong sidesAbove) = evaluate();
            at[i] = middle - Step;
            (double below, ulong sidesBelow) = evaluate();
            at[i] = middle;
            if (sidesAbove != sidesBelow)
            {
                kinks++;
                continue;
            }

            actual.Add(gradient.Values[i]);
            expected.Add((above - below) / (2 * Step));
        }

        return TensorReport.Between(name, actual, expected, kinks);
    }

    private static IEnumerable<int> Chosen(int length, int count)
    {
        if (count >= length)
        {
            return Enumerable.Range(0, length);
        }

        Random random = new(5);
        return Enumerable.Range(0, count).Select(_ => random.Next(length)).Distinct();
    }
}
