using Quern.Nn;
using Quern.Onnx.Schema;
using Quern.Tensors;

namespace Quern.Onnx.Import;

/// <summary>The layers that were read so far, and the value that the next node takes.</summary>
/// <param name="graph">The graph.</param>
/// <param name="opset">The version of the operators.</param>
/// <param name="device">The device of the layers.</param>
/// <param name="weightBudget">How many bytes all weights may take.</param>
internal sealed class Chain(FileGraph graph, long opset, Device device, long weightBudget)
{
    private readonly HashSet<string> _names = [];
    private long _weightBytes;

    /// <summary>The graph.</summary>
    public FileGraph Graph => graph;

    /// <summary>The version of the operators.</summary>
    public long Opset => opset;

    /// <summary>The device of the layers.</summary>
    public Device Device => device;

    /// <summary>The layers so far.</summary>
    public Sequential Layers { get; } = new();

    /// <summary>The name of the value that the last node made.</summary>
    public required string Value { get; set; }

    /// <summary>How many axes it has, if that is known.</summary>
    public int? Rank { get; set; }

    /// <summary>Its shape with a batch of none, if that is known.</summary>
    public Shape? Shape { get; set; }

    /// <summary>The length of the batch, if the file fixes it.</summary>
    public long? Batch { get; init; }

    /// <summary>Initial weights are overwritten by those of the file.</summary>
    public Generator Generator { get; } = new(seed: 0);

    /// <summary>Appends a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="weight">What the file calls its weight, if it has one.</param>
    /// <exception cref="ShapeException">The layer does not take the value.</exception>
    public void Add(Module layer, string? weight = null)
    {
        if (Shape is { } shape)
        {
            layer.Eval();
            Shape = layer.Forward(Tensor.Zeros(shape, device)).Shape;
        }

        Rank = layer switch
        {
            Flatten => 2,
            Unflatten unflatten => unflatten.Sample.Rank + 1,
            _ => Rank,
        };
        Layers.Add(Names.OfLayer(weight, layer, Layers.Count, _names), layer);
    }

    /// <summary>A constant that a node takes, or null where it is left out.</summary>
    /// <exception cref="UnsupportedNodeException">It is computed.</exception>
    public Constant? Optional(NodeProto node, int input)
    {
        if (node.Input.Count <= input || node.Input[input].Length == 0)
        {
            return null;
        }

        return graph.Constant(node.Input[input])
            ?? throw new UnsupportedNodeException($"its input {Names.Shown(node.Input[input])} is computed, where a constant was expected");
    }

    /// <summary>A constant that a node takes.</summary>
    /// <exception cref="UnsupportedNodeException">It is computed, or left out.</exception>
    public Constant Required(NodeProto node, int input) =>
        Optional(node, input) ?? throw new UnsupportedNodeException($"its input number {input + 1} is missing");

    /// <summary>Copies a constant into a layer.</summary>
    /// <exception cref="UnsupportedNodeException">The constant has another shape, or no numbers that are read.</exception>
    public void Copy(Constant constant, Tensor destination) => Copy(constant, destination, 1);

    /// <summary>Copies a constant into a layer, times a factor.</summary>
    /// <exception cref="UnsupportedNodeException">The constant has another shape, or no numbers that are read.</exception>
    public void Copy(Constant constant, Tensor destination, float factor)
    {
        if (constant.Shape != destination.Shape)
        {
            throw new UnsupportedNodeException($"the tensor {Names.Shown(constant.Name)} has the shape {constant.Shape}, where {destination.Shape} was expected");
        }

        float[] numbers = constant.Numbers();
        if (factor != 1)
        {
            for (int i = 0; i < numbers.Length; i++)
            {
                numbers[i] *= factor;
            }
        }

        destination.CopyFrom(numbers);
    }

    /// <summary>The shape of a weight whose numbers are in the file, before a layer is made that holds as many.</summary>
    /// <exception cref="UnsupportedNodeException">It has another number of axes, or nodes share weights so often that memory would be short.</exception>
    public Shape WeightShape(Constant weight, params ReadOnlySpan<int> ranks)
    {
        Shape shape = weight.Shape;
        if (!ranks.Contains(shape.Rank))
        {
            throw new UnsupportedNodeException($"its weight has the shape {shape}; a layer's has {string.Join(" or ", ranks.ToArray())} axes");
        }

        weight.CheckLength();
        _weightBytes += shape.ElementCount * sizeof(float);
        return _weightBytes <= weightBudget
            ? shape
            : throw new UnsupportedNodeException($"with its weight {Names.Shown(weight.Name)}, which several nodes use, the layers would be far larger than the file");
    }
}
