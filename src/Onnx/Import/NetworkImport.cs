using Quern.Nn;
using Quern.Onnx.Schema;
using Quern.Tensors;

namespace Quern.Onnx.Import;

/// <summary>Follows a graph from its input to its output, one layer after another, and collects what is in the way.</summary>
internal sealed class NetworkImport
{
    private const long MinOpset = 11;
    private const long MaxOpset = 23;
    private const int MaxNodes = 10_000;
    private const int MaxProblemsShown = 20;

    // Half-precision weights double, and what nodes share is kept for each.
    private const int MaxGrowth = 8;
    private const long SmallWeights = 1 << 20;

    private readonly List<string> _problems = [];

    private NetworkImport()
    {
    }

    public static Sequential ToSequential(string path, ModelProto model, long fileLength, Device device)
    {
        NetworkImport import = new();
        Sequential? network = null;
        try
        {
            network = import.Read(model, (fileLength * MaxGrowth) + SmallWeights, device);
        }
        catch (UnsupportedNodeException exception)
        {
            import._problems.Add(exception.Message);
        }

        if (network is not null && import._problems.Count == 0)
        {
            return network;
        }

        string more = import._problems.Count > MaxProblemsShown ? $"\n  and {import._problems.Count - MaxProblemsShown} more" : string.Empty;
        throw new OnnxException(
            $"'{path}' cannot be read as layers of Quern:{string.Concat(import._problems.Take(MaxProblemsShown).Select(problem => $"\n  {problem}"))}{more}");
    }

    private Sequential? Read(ModelProto model, long weightBudget, Device device)
    {
        if (model.Graph is null)
        {
            throw new UnsupportedNodeException("the file has no graph; it is no ONNX file, or is damaged");
        }

        long opset = model.OpsetImport.FirstOrDefault(import => import.Domain is "" or "ai.onnx")?.Version ?? 0;
        if (opset is < MinOpset or > MaxOpset)
        {
            throw new UnsupportedNodeException($"its operators are of version {opset}; versions {MinOpset} to {MaxOpset} are read: export it for one of them");
        }

        if (model.Graph.Node.Count > MaxNodes)
        {
            throw new UnsupportedNodeException($"it has {model.Graph.Node.Count} nodes; at most {MaxNodes} are read");
        }

        FileGraph graph = new(model.Graph);
        foreach (NodeProto node in graph.Nodes.Where(node => !IsKnown(node)))
        {
            _problems.Add($"{Names.Of(node)} is of the operator {Names.Operator(node)}, which no layer has");
        }

        ValueInfoProto[] inputs = [.. model.Graph.Input.Where(input => graph.Constant(input.Name) is null)];
        if (inputs.Length != 1 || model.Graph.Output.Count != 1)
        {
            throw new UnsupportedNodeException($"it has {inputs.Length} inputs and {model.Graph.Output.Count} outputs; one of each is read");
        }

        Chain chain = Begin(graph, opset, device, weightBudget, inputs[0]);
        if (!Follow(chain, model.Graph.Output[0].Name))
        {
            return null;
        }

        chain.Layers.Train();
        return chain.Layers;
    }

    private static bool IsKnown(NodeProto node) =>
        OperatorTable.Find(node) is not null || (Names.IsOnnx(node) && FormulaTable.Operators.Contains(node.OpType));

    private static Chain Begin(FileGraph graph, long opset, Device device, long weightBudget, ValueInfoProto input)
    {
        if (input.Type?.TensorType is not { ElemType: (int)TensorProto.Types.DataType.Float } type)
        {
            throw new UnsupportedNodeException($"its input {Names.Shown(input.Name)} is no tensor of float32");
        }

        TensorShapeProto.Types.Dimension[]? axes = type.Shape is null ? null : [.. type.Shape.Dim];
        Shape? shape = null;
        if (axes is not null)
        {
            if (axes.Length is 0 or > Shape.MaxRank || axes.Any(axis => axis.HasDimValue && axis.DimValue is < 0 or > int.MaxValue))
            {
                throw new UnsupportedNodeException($"its input {Names.Shown(input.Name)} has the shape [{string.Join(", ", axes.Take(8).Select(axis => axis.HasDimValue ? $"{axis.DimValue}" : "?"))}]; a batch of 1 to {Shape.MaxRank} axes was expected");
            }

            if (axes.Skip(1).All(axis => axis.HasDimValue && axis.DimValue > 0))
            {
                shape = Shape.Create([0, .. axes.Skip(1).Select(axis => (int)axis.DimValue)]);
            }
        }

        return new Chain(graph, opset, device, weightBudget)
        {
            Value = input.Name,
            Rank = axes?.Length,
            Shape = shape,
            Batch = axes is [{ HasDimValue: true } batch, ..] ? batch.DimValue : null,
        };
    }

    // Whether the output was reached.
    private bool Follow(Chain chain, string output)
    {
        HashSet<NodeProto> seen = new(ReferenceEqualityComparer.Instance);
        while (chain.Value != output)
        {
            IReadOnlyList<NodeProto> next = chain.Graph.Consumers(chain.Value);
            if (next.Count == 0 || !next.All(seen.Add))
            {
                _problems.Add($"the value {Names.Shown(chain.Value)} does not lead on to the output {Names.Shown(output)}");
                return false;
            }

            if (TryFormula(chain, next, seen))
            {
                continue;
            }

            if (next.Count > 1)
            {
                _problems.Add($"the value {Names.Shown(chain.Value)} goes to {string.Join(" and ", next.Take(3).Select(Names.Of))}; layers are read that follow one another, without branches");
                return false;
            }

            Append(chain, next[0]);
        }

        return true;
    }

    private void Append(Chain chain, NodeProto node)
    {
        string input = chain.Value;
        chain.Value = node.Output.FirstOrDefault(string.Empty);
        try
        {
            if (OperatorTable.Find(node) is { } read)
            {
                if (node.Input[0] != input || node.Input.Skip(1).Contains(input))
                {
                    throw new UnsupportedNodeException($"it takes {Names.Shown(input)} in another place than its first");
                }

                if (node.Output.Skip(1).Any(other => chain.Graph.Consumers(other).Count > 0))
                {
                    throw new UnsupportedNodeException("more than its first output is used");
                }

                read(chain, node);
                return;
            }

            if (IsKnown(node))
            {
                throw new UnsupportedNodeException("it is not part of a formula that a layer has");
            }
        }
        catch (Exception exception) when (exception is UnsupportedNodeException or ShapeException or ArgumentException or OverflowException)
        {
            _problems.Add($"{Names.Of(node)} ({Names.Operator(node)}): {exception.Message}");
        }

        // What follows is looked at all the same, as far as it can be without the shape.
        chain.Shape = null;
    }

    // One layer whose formula the next nodes are, if they are one.
    private static bool TryFormula(Chain chain, IReadOnlyList<NodeProto> next, HashSet<NodeProto> seen)
    {
        foreach (NodeProto first in next)
        {
            NodeProto? node = first;
            for (int depth = 0; depth < FormulaTable.MaxDepth && node is { Output.Count: 1 }; depth++)
            {
                string value = node.Output[0];
                foreach ((Formula formula, Func<float?, Module> make) in FormulaTable.All)
                {
                    if (formula.Match(chain.Graph, value, chain.Value) is { } match && next.All(match.Nodes.Contains))
                    {
                        match.Nodes.ToList().ForEach(part => seen.Add(part));
                        chain.Add(make(match.Parameter));
                        chain.Value = value;
                        return true;
                    }
                }

                node = chain.Graph.Consumers(value) is [var only] ? only : null;
            }
        }

        return false;
    }
}
