using System.Text;
using Google.Protobuf;
using Quern.Nn;
using Quern.Onnx.Schema;
using Quern.Tensors;

namespace Quern.Onnx.Export;

/// <summary>Where in the graph the operators of a layer are to go: what a writer of layers works with.</summary>
/// <param name="graph">The graph.</param>
/// <param name="path">The layer's name within the exported module; empty if it has none.</param>
/// <param name="input">The name of the value that the layer takes.</param>
/// <param name="inputShape">The shape of that value, with a batch of some length.</param>
/// <param name="outputShape">The shape of the layer's output, with the same batch.</param>
/// <param name="run">Adds a module within the layer, which takes a value of some shape, and returns the name of its output.</param>
internal sealed class LayerPlace(OnnxGraph graph, string path, string input, Shape inputShape, Shape outputShape, Func<Module, string, Shape, string> run)
{
    /// <summary>The name of the value that the layer takes.</summary>
    public string Input => input;

    /// <summary>The shape of that value, with a batch of some length.</summary>
    public Shape InputShape => inputShape;

    /// <summary>The shape of the layer's output, with the same batch.</summary>
    public Shape OutputShape => outputShape;

    /// <summary>Adds an operator on values by their names, and returns the name of its output.</summary>
    public string Node(string operatorName, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        graph.Node(path, operatorName, inputs, attributes);

    /// <summary>Adds an operator on the layer's input, and returns the name of its output.</summary>
    public string Node(string operatorName, params ReadOnlySpan<AttributeProto> attributes) => graph.Node(path, operatorName, [input], attributes);

    /// <summary>Adds a module within the layer that takes the layer's input, and returns the name of its output.</summary>
    public string Run(Module module) => run(module, input, inputShape);

    /// <summary>Adds a module within the layer that takes another value, and returns the name of its output.</summary>
    public string Run(Module module, string value, Shape shape) => run(module, value, shape);

    /// <summary>The name of a parameter or buffer in the file.</summary>
    public string Weight(string name, Tensor tensor) => graph.Weight(path, name, tensor);

    /// <summary>The names of a layer's weight and, where it has one, its bias.</summary>
    public string[] WeightAndBias(Parameter weight, Parameter? bias) =>
        bias is null ? [Weight("weight", weight.Value)] : [Weight("weight", weight.Value), Weight("bias", bias.Value)];

    /// <summary>Adds a tensor of one value.</summary>
    public string Filled(string name, Shape shape, float value) => graph.Filled(Named(name), shape, value);

    /// <summary>Adds a number.</summary>
    public string Number(string name, double value) => Filled(name, [], (float)value);

    /// <summary>Adds a list of numbers.</summary>
    public string Vector(string name, ReadOnlySpan<float> values) => graph.Vector(Named(name), values);

    /// <summary>Adds a list of whole numbers.</summary>
    public string Vector(string name, ReadOnlySpan<long> values) => graph.Vector(Named(name), values);

    /// <summary>An attribute that is a number.</summary>
    public static AttributeProto Attribute(string name, float value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    /// <summary>An attribute that is a whole number.</summary>
    public static AttributeProto Attribute(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    /// <summary>An attribute that is a word.</summary>
    public static AttributeProto Attribute(string name, string value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFrom(value, Encoding.UTF8) };

    /// <summary>An attribute that is a list of whole numbers.</summary>
    public static AttributeProto Attribute(string name, params ReadOnlySpan<long> values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values.ToArray() } };

    private string Named(string name) => path.Length == 0 ? name : $"{path}.{name}";
}
