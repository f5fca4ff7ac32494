using Quern.Nn;

namespace Quern.Onnx.Export;

/// <summary>Layers in which several paths meet.</summary>
internal static class CompositeLayers
{
    public static void AddRows()
    {
        LayerTable.Add<Residual>((place, layer) =>
            place.Node("Add", [place.Run(layer.Module), layer.Shortcut is null ? place.Input : place.Run(layer.Shortcut)]));
    }
}
