using Quern.Onnx.Schema;

namespace Quern.Onnx.Import;

/// <summary>The graph of a file: which node makes a value, which take it, and what is constant.</summary>
internal sealed class FileGraph
{
    private static readonly IReadOnlyList<NodeProto> None = [];

    private readonly Dictionary<string, Constant> _constants = [];
    private readonly Dictionary<string, NodeProto> _producers = [];
    private readonly Dictionary<string, List<NodeProto>> _consumers = [];

    /// <exception cref="UnsupportedNodeException">A name stands for two values.</exception>
    public FileGraph(GraphProto graph)
    {
        foreach (TensorProto tensor in graph.Initializer)
        {
            AddConstant(tensor.Name, new Constant(tensor.Name, tensor));
        }

        // The nodes come in the order in which they run.
        foreach (NodeProto node in graph.Node)
        {
            if (ConstantOf(node) is { } constant)
            {
                AddConstant(node.Output[0], constant);
                continue;
            }

            Nodes.Add(node);
            foreach (string output in node.Output.Where(output => output.Length > 0))
            {
                if (_constants.ContainsKey(output) || !_producers.TryAdd(output, node))
                {
                    throw new UnsupportedNodeException($"the name {Names.Shown(output)} stands for two values; the file is damaged");
                }
            }

            foreach (string input in node.Input.Where(input => input.Length > 0).Distinct())
            {
                if (!_consumers.TryGetValue(input, out List<NodeProto>? consumers))
                {
                    _consumers.Add(input, consumers = []);
                }

                consumers.Add(node);
            }
        }
    }

    /// <summary>The nodes that compute something, in the order in which they run.</summary>
    public List<NodeProto> Nodes { get; } = [];

    /// <summary>The nodes that take a value.</summary>
    public IReadOnlyList<NodeProto> Consumers(string value) => _consumers.TryGetValue(value, out List<NodeProto>? nodes) ? nodes : None;

    /// <summary>The node that makes a value, or null.</summary>
    public NodeProto? Producer(string value) => _producers.GetValueOrDefault(value);

    /// <summary>The constant of a name, or null.</summary>
    public Constant? Constant(string value) => _constants.GetValueOrDefault(value);

    private void AddConstant(string name, Constant constant)
    {
        if (!_constants.TryAdd(name, constant))
        {
            throw new UnsupportedNodeException($"the name {Names.Shown(name)} stands for two tensors; the file is damaged");
        }
    }

    // A node that gives a constant, or a constant as it is or transposed. Of the values that a constant node may have, networks use tensors.
    private Constant? ConstantOf(NodeProto node)
    {
        if (!Names.IsOnnx(node) || node.Output.Count != 1)
        {
            return null;
        }

        if (node.OpType == "Constant")
        {
            return node.Attribute.FirstOrDefault(attribute => attribute.Name == "value")?.T is { } tensor ? new Constant(node.Output[0], tensor) : null;
        }

        if (node.Input.Count != 1 || Constant(node.Input[0]) is not { } constant)
        {
            return null;
        }

        return node.OpType switch
        {
            "Identity" => constant,
            "Transpose" when constant.Rank == 2 && new NodeAttributes(node).Ints("perm", [1, 0]) is [1, 0] => constant.Transposed(),
            _ => null,
        };
    }
}
