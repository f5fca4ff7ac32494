using Quern.Nn;
using Quern.Tensors;
using static Quern.Onnx.Export.LayerPlace;

namespace Quern.Onnx.Export;

/// <summary>Layers in which several paths meet.</summary>
internal static class CompositeLayers
{
    public static void AddRows()
    {
        LayerTable.Add<Residual>((place, layer) =>
            place.Node("Add", [place.Run(layer.Module), layer.Shortcut is null ? place.Input : place.Run(layer.Shortcut)]));
        LayerTable.Add<Concat>((place, layer) => Join(place, layer, [.. Enumerable.Range(0, layer.Count).Select(i => place.Run(layer[i]))]));
        LayerTable.Add<Split>(Split);
    }

    private static string Split(LayerPlace place, Split layer)
    {
        int axis = AxisOf(layer, place.InputShape);
        string axes = place.Vector("axis", [(long)axis]);
        string[] outputs = new string[layer.Count];
        int start = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            int length = layer.Lengths?[i] ?? place.InputShape[axis] / layer.Count;
            string part = place.Node("Slice", [place.Input, place.Vector("start", [(long)start]), place.Vector("end", [(long)start + length]), axes]);
            outputs[i] = place.Run(layer[i], part, place.InputShape.With(axis, length));
            start += length;
        }

        return Join(place, layer, outputs);
    }

    private static string Join(LayerPlace place, Branches layer, string[] outputs) =>
        place.Node("Concat", outputs, Attribute("axis", (long)AxisOf(layer, place.OutputShape)));

    private static int AxisOf(Branches layer, Shape shape)
    {
        int axis = layer.Axis < 0 ? layer.Axis + shape.Rank : layer.Axis;
        return axis > 0 ? axis : throw new ShapeException(
            $"ExportOnnx: a {layer.GetType().Name} along the first axis changes the number of samples, and a file leaves that open. Join along another axis.");
    }
}
