using Quern.Onnx.Schema;

namespace Quern.Onnx.Import;

/// <summary>A formula of one variable, x, that a file may hold as several nodes.</summary>
internal abstract class Formula
{
    /// <summary>The variable.</summary>
    public static Formula X { get; } = new Variable();

    /// <summary>A number.</summary>
    public static Formula Number(double value) => new Known(value);

    /// <summary>A number that is the same wherever it stands, and is found out.</summary>
    public static Formula AnyNumber { get; } = new Unknown();

    /// <summary>An operator; of <c>Add</c> and <c>Mul</c> the operands may change places.</summary>
    public static Formula Node(string operatorName, params Formula[] operands) => new Application(operatorName, operands);

    /// <summary>Finds out whether a value is this formula of x.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="value">The value.</param>
    /// <param name="x">The value that is x.</param>
    /// <returns>The nodes that make it up and the parameter, or null.</returns>
    public FormulaMatch? Match(FileGraph graph, string value, string x)
    {
        FormulaMatch match = new([], null);
        return Match(graph, value, x, isInner: false, ref match) ? match : null;
    }

    private protected abstract bool Match(FileGraph graph, string value, string x, bool isInner, ref FormulaMatch match);

    private static float? NumberOf(FileGraph graph, string value) => graph.Constant(value) is { } constant && constant.Shape.ElementCount == 1 ? constant.Numbers()[0] : null;

    private sealed class Variable : Formula
    {
        private protected override bool Match(FileGraph graph, string value, string x, bool isInner, ref FormulaMatch match) => value == x;
    }

    private sealed class Known(double number) : Formula
    {
        // As far as a file with half the digits would have it.
        private protected override bool Match(FileGraph graph, string value, string x, bool isInner, ref FormulaMatch match) =>
            NumberOf(graph, value) is { } found && Math.Abs(found - number) <= 1e-5 * Math.Abs(number);
    }

    private sealed class Unknown : Formula
    {
        private protected override bool Match(FileGraph graph, string value, string x, bool isInner, ref FormulaMatch match)
        {
            if (NumberOf(graph, value) is not { } found || (match.Parameter is { } before && before != found))
            {
                return false;
            }

            match = match with { Parameter = found };
            return true;
        }
    }

    private sealed class Application(string operatorName, Formula[] operands) : Formula
    {
        private protected override bool Match(FileGraph graph, string value, string x, bool isInner, ref FormulaMatch match)
        {
            // What is computed on the way is used nowhere else.
            if (graph.Producer(value) is not { } node || node.OpType != operatorName || !Names.IsOnnx(node) || node.Input.Count != operands.Length
                || node.Output.Count != 1 || (isInner && graph.Consumers(value).Count != 1))
            {
                return false;
            }

            FormulaMatch before = match with { Nodes = [.. match.Nodes, node] };
            FormulaMatch found = before;
            bool matches = true;
            for (int i = 0; i < operands.Length; i++)
            {
                matches = matches && operands[i].Match(graph, node.Input[i], x, isInner: true, ref found);
            }

            if (!matches && operatorName is ("Add" or "Mul"))
            {
                found = before;
                matches = operands[0].Match(graph, node.Input[1], x, isInner: true, ref found) && operands[1].Match(graph, node.Input[0], x, isInner: true, ref found);
            }

            if (matches)
            {
                match = found;
            }

            return matches;
        }
    }
}

/// <summary>Where a formula was found.</summary>
/// <param name="Nodes">The nodes that make it up.</param>
/// <param name="Parameter">The number that was found out, if the formula has one.</param>
internal sealed record FormulaMatch(IReadOnlyList<NodeProto> Nodes, float? Parameter);
