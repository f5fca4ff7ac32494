using Quern.Nn;
using Quern.Onnx.Schema;
using Quern.Tensors;

namespace Quern.Onnx.Export;

/// <summary>Walks through a network in the order in which evaluation runs it.</summary>
internal sealed class NetworkExport
{
    private readonly OnnxGraph _graph;
    private readonly Dictionary<Module, string> _paths = new(ReferenceEqualityComparer.Instance);
    private readonly Device _device;
    private string _value = OnnxGraph.InputName;
    private Shape _shape;

    private NetworkExport(Module module, Shape inputShape)
    {
        _graph = new OnnxGraph(module);
        _device = module.State.Select(named => named.Value.Device).FirstOrDefault() ?? Device.Cpu;

        // A batch of none is enough for the shapes, and costs nothing.
        _shape = inputShape.With(0, 0);
        foreach ((string path, Module part) in module.NamedModules)
        {
            _paths.Add(part, path);
        }
    }

    public static GraphProto ToGraph(Module module, Shape inputShape)
    {
        using EvaluationMode mode = new(module);
        NetworkExport network = new(module, inputShape);
        network.Add(module, module.GetType().Name);
        return network._graph.Complete(inputShape, network._value, network._shape);
    }

    // A module, and where it is, for errors.
    private void Add(Module module, string place)
    {
        if (module is ISequentialModule sequence)
        {
            int position = 0;
            foreach (Module layer in sequence.Layers)
            {
                Add(layer, PlaceOf(layer, place, $"layer {position}"));
                position++;
            }

            return;
        }

        if (!LayerTable.TryGet(module.GetType(), out Func<LayerPlace, Module, string>? write))
        {
            throw new NotSupportedException(
                $"ExportOnnx: {place} has no ONNX form; layers of Quern.Nn have one, and modules that say by ISequentialModule which of them they run. Leave the layer out, or replace it by those.");
        }

        Shape output = OutputShape(module, place);
        string path = _paths.GetValueOrDefault(module, string.Empty);
        _value = write(new LayerPlace(_graph, path, _value, _shape, output, (child, value, shape) => Branch(child, value, shape, place)), module);
        _shape = output;
    }

    // A module within a layer: the walk goes on where it was.
    private string Branch(Module module, string value, Shape shape, string place)
    {
        (string Value, Shape Shape) before = (_value, _shape);
        (_value, _shape) = (value, shape);
        Add(module, PlaceOf(module, place, "module"));
        string output = _value;
        (_value, _shape) = before;
        return output;
    }

    private string PlaceOf(Module module, string around, string unnamed) =>
        $"{around}, {(_paths.TryGetValue(module, out string? path) ? $"layer '{path}'" : unnamed)} ({module.GetType().Name})";

    private Shape OutputShape(Module module, string place)
    {
        string problem;
        try
        {
            Shape shape = module.Forward(Tensor.Zeros(_shape, _device)).Shape;
            if (shape.Rank > 0 && shape[0] == 0)
            {
                return shape;
            }

            problem = "its output has no batch axis.";
        }
        catch (ShapeException exception)
        {
            problem = exception.Message;
        }

        throw new ShapeException($"ExportOnnx: {place} is given [{string.Join(", ", _shape.Skip(1).Select(length => $"{length}").Prepend("batch"))}]: {problem}");
    }
}
