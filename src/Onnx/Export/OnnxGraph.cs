using System.Runtime.InteropServices;
using Google.Protobuf;
using Quern.Nn;
using Quern.Onnx.Schema;
using Quern.Tensors;

namespace Quern.Onnx.Export;

/// <summary>The nodes and weights of a file as they come together, with names that occur once.</summary>
internal sealed class OnnxGraph
{
    public const string InputName = "input";
    private const string OutputName = "output";
    private const string BatchName = "batch";

    // Less than a message may hold, for the nodes.
    private const long MaxWeightBytes = int.MaxValue - (16L << 20);

    private readonly GraphProto _graph = new() { Name = "network" };
    private readonly HashSet<string> _names = [InputName, OutputName];
    private readonly Dictionary<Tensor, string> _stateNames = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, string> _written = new(ReferenceEqualityComparer.Instance);
    private long _weightBytes;

    /// <param name="root">The module whose names the weights get.</param>
    public OnnxGraph(Module root)
    {
        foreach ((string name, Tensor tensor) in root.State)
        {
            _stateNames.TryAdd(tensor, name);
        }
    }

    /// <summary>Adds an operator with one output.</summary>
    /// <param name="place">What its name begins with.</param>
    /// <param name="operatorName">The operator.</param>
    /// <param name="inputs">The names of the values that it takes.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <returns>The name of its output.</returns>
    public string Node(string place, string operatorName, ReadOnlySpan<string> inputs, ReadOnlySpan<AttributeProto> attributes)
    {
        string name = Unique(place.Length == 0 ? operatorName : $"{place}/{operatorName}");
        string output = Unique($"{name}_output");
        NodeProto node = new() { Name = name, OpType = operatorName, Input = { inputs.ToArray() }, Output = { output }, Attribute = { attributes.ToArray() } };
        _graph.Node.Add(node);
        return output;
    }

    /// <summary>The name of a tensor of the module's state, which is written to the file where it was not before.</summary>
    public string Weight(string place, string name, Tensor tensor)
    {
        if (!_written.TryGetValue(tensor, out string? written))
        {
            written = Unique(_stateNames.GetValueOrDefault(tensor) ?? $"{place}.{name}");
            _written.Add(tensor, written);
            Add(written, TensorProto.Types.DataType.Float, tensor.Shape, MemoryMarshal.AsBytes<float>(tensor.ToArray()), sizeof(float));
        }

        return written;
    }

    /// <summary>Adds a tensor of one value.</summary>
    public string Filled(string name, Shape shape, float value)
    {
        float[] values = new float[shape.ElementCount];
        Array.Fill(values, value);
        name = Unique(name);
        Add(name, TensorProto.Types.DataType.Float, shape, MemoryMarshal.AsBytes<float>(values), sizeof(float));
        return name;
    }

    /// <summary>Adds a list of numbers.</summary>
    public string Vector(string name, ReadOnlySpan<float> values)
    {
        name = Unique(name);
        Add(name, TensorProto.Types.DataType.Float, [values.Length], MemoryMarshal.AsBytes(values), sizeof(float));
        return name;
    }

    /// <summary>Adds a list of whole numbers.</summary>
    public string Vector(string name, ReadOnlySpan<long> values)
    {
        name = Unique(name);
        Add(name, TensorProto.Types.DataType.Int64, [values.Length], MemoryMarshal.AsBytes(values), sizeof(long));
        return name;
    }

    /// <summary>The whole graph; nothing is added afterwards.</summary>
    /// <param name="inputShape">The shape of an input.</param>
    /// <param name="output">The name of the value that is the output.</param>
    /// <param name="outputShape">The shape of the output.</param>
    public GraphProto Complete(Shape inputShape, string output, Shape outputShape)
    {
        if (output == InputName)
        {
            output = Node(string.Empty, "Identity", [InputName], []);
        }

        // Only the last node has it, and no node reads it.
        NodeProto last = _graph.Node.Single(node => node.Output[0] == output);
        last.Output[0] = OutputName;
        _graph.Input.Add(Value(InputName, inputShape));
        _graph.Output.Add(Value(OutputName, outputShape));
        return _graph;
    }

    private static ValueInfoProto Value(string name, Shape shape)
    {
        TensorShapeProto axes = new();
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            axes.Dim.Add(axis == 0 ? new TensorShapeProto.Types.Dimension { DimParam = BatchName } : new() { DimValue = shape[axis] });
        }

        return new()
        {
            Name = name,
            Type = new TypeProto { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = axes } },
        };
    }

    private void Add(string name, TensorProto.Types.DataType type, Shape shape, ReadOnlySpan<byte> littleEndian, int size)
    {
        _weightBytes += littleEndian.Length;
        if (_weightBytes > MaxWeightBytes)
        {
            throw new NotSupportedException(
                $"ExportOnnx: with '{name}' the weights exceed {MaxWeightBytes:N0} bytes, and an ONNX file holds no more. Export parts of the module, or a smaller one.");
        }

        byte[] bytes = littleEndian.ToArray();
        if (!BitConverter.IsLittleEndian)
        {
            for (int i = 0; i < bytes.Length; i += size)
            {
                bytes.AsSpan(i, size).Reverse();
            }
        }

        TensorProto tensor = new() { Name = name, DataType = (int)type, RawData = UnsafeByteOperations.UnsafeWrap(bytes) };
        foreach (int length in shape)
        {
            tensor.Dims.Add(length);
        }

        _graph.Initializer.Add(tensor);
    }

    private string Unique(string name)
    {
        string unique = name;
        for (int i = 1; !_names.Add(unique); i++)
        {
            unique = $"{name}_{i}";
        }

        return unique;
    }
}
