using Quern.Nn;
using static Quern.Onnx.Export.LayerPlace;

namespace Quern.Onnx.Export;

/// <summary>Maxima and means over a window.</summary>
internal static class PoolingLayers
{
    public static void AddRows()
    {
        LayerTable.Add<MaxPool1d>((place, layer) => MaxPool(place, 1, layer));
        LayerTable.Add<MaxPool2d>((place, layer) => MaxPool(place, 2, layer));

        // Without dilations, which ONNX's means have only from operators 19 on, and Quern's not.
        LayerTable.Add<AvgPool2d>((place, layer) => place.Node(
            "AveragePool", [place.Input], [.. Window(2, layer)[..3], Attribute("count_include_pad", layer.CountIncludePad ? 1L : 0L)]));
    }

    private static string MaxPool(LayerPlace place, int axes, Pooling layer) => place.Node("MaxPool", [place.Input], Window(axes, layer));

    private static Schema.AttributeProto[] Window(int axes, Pooling layer) =>
        ProductLayers.Window(axes, layer.KernelSize, layer.Stride, layer.Padding, layer.Dilation);
}
