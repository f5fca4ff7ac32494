using System.Globalization;
using System.Text;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>What <see cref="GradientCheck"/> found. <see cref="ToString"/> is a table to read.</summary>
public sealed class GradientCheckReport
{
    internal GradientCheckReport(string subject, IReadOnlyList<TensorComparison> tensors)
    {
        Subject = subject;
        Tensors = tensors;
    }

    /// <summary>What was checked, such as <c>Linear</c>.</summary>
    public string Subject { get; }

    /// <summary>The input and each parameter; the first is the output where a formula was given.</summary>
    public IReadOnlyList<TensorComparison> Tensors { get; }

    /// <summary>Whether all that could be compared agrees, and something of each tensor could be.</summary>
    public bool Passed => Tensors.All(tensor => tensor.Passed);

    /// <summary>The table: for each tensor how many elements were compared and skipped, and the worst of them with what was expected.</summary>
    public override string ToString()
    {
        string[] head = ["", "compared", "skipped", "worst", "actual", "expected", "error / tolerance"];
        List<string[]> rows = [head, .. Tensors.Select(tensor => tensor.Cells())];
        int[] widths = [.. head.Select((_, column) => rows.Max(row => row[column].Length))];
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Subject}: {(Passed ? "gradients agree with central differences" : "GRADIENTS DIFFER from central differences")}\n");
        foreach (string[] row in rows)
        {
            text.Append("  ").Append(row[0].PadRight(widths[0]));
            for (int column = 1; column < row.Length; column++)
            {
                text.Append("  ").Append(row[column].PadLeft(widths[column]));
            }

            text.Append('\n');
        }

        if (Tensors.Any(tensor => tensor.Skipped > 0))
        {
            text.Append("  Skipped: elements at a kink, or whose difference float32 cannot tell within the tolerance.\n");
        }

        return text.ToString();
    }
}

/// <summary>How a tensor compares with what was expected.</summary>
public sealed class TensorComparison
{
    internal TensorComparison(string name, Shape shape, IReadOnlyList<ElementComparison> elements, int skipped)
    {
        Name = name;
        Shape = shape;
        Elements = elements;
        Skipped = skipped;
    }

    /// <summary>The tensor: <c>input</c>, <c>output</c> or the name of a parameter, such as <c>fc1.weight</c>.</summary>
    public string Name { get; }

    /// <summary>Its shape.</summary>
    public Shape Shape { get; }

    /// <summary>The elements that were compared, in the order in which they were chosen.</summary>
    public IReadOnlyList<ElementComparison> Elements { get; }

    /// <summary>How many elements were not compared: they lie at a kink, where there is no derivative, or float32 cannot tell their difference.</summary>
    public int Skipped { get; }

    /// <summary>The element with the largest error in proportion to its tolerance; null where none was compared.</summary>
    public ElementComparison? Worst => Elements.Count == 0 ? null : Elements.MaxBy(element => element.Excess);

    /// <summary>Whether all elements that were compared agree, and at least one was, unless the tensor is empty.</summary>
    public bool Passed => Worst is { } worst ? worst.Excess <= 1 : Shape.ElementCount == 0;

    internal string[] Cells()
    {
        if (Worst is not { } worst)
        {
            return [Name, "0", Number(Skipped), "", "", "", "nothing to compare"];
        }

        long rest = worst.Index;
        int[] place = new int[Shape.Rank];
        for (int axis = Shape.Rank - 1; axis >= 0; axis--)
        {
            place[axis] = (int)(rest % Shape[axis]);
            rest /= Shape[axis];
        }

        return
        [
            Name, Number(Elements.Count), Number(Skipped), $"[{string.Join(", ", place)}]", Value(worst.Actual), Value(worst.Expected),
            worst.Excess.ToString("0.####", CultureInfo.InvariantCulture),
        ];
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Value(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}

/// <summary>One element of a tensor beside what was expected.</summary>
/// <param name="Index">Its place, row-major.</param>
/// <param name="Actual">What the module gave.</param>
/// <param name="Expected">What the differences or the formula gave.</param>
/// <param name="Excess">|actual - expected| divided by its tolerance: at most 1 where they agree; infinite where the actual value is not a number.</param>
public readonly record struct ElementComparison(long Index, double Actual, double Expected, double Excess);
