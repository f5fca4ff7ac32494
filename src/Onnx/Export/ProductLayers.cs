using Quern.Nn;
using Quern.Onnx.Schema;
using static Quern.Onnx.Export.LayerPlace;

namespace Quern.Onnx.Export;

/// <summary>Linear layers and convolutions.</summary>
internal static class ProductLayers
{
    public static void AddRows()
    {
        LayerTable.Add<Linear>(Linear);
        LayerTable.Add<Conv1d>((place, layer) => Convolution(place, "Conv", layer, layer.KernelSize, axes: 1));
        LayerTable.Add<Conv2d>((place, layer) => Convolution(place, "Conv", layer, layer.KernelSize, axes: 2));
        LayerTable.Add<ConvTranspose2d>((place, layer) => Convolution(
            place, "ConvTranspose", layer, layer.KernelSize, axes: 2, Attribute("output_padding", layer.OutputPadding.Height, layer.OutputPadding.Width)));
    }

    /// <summary>The attributes of a window over the last axis, or over the last two.</summary>
    public static AttributeProto[] Window(int axes, Size2d kernelSize, Size2d stride, Size2d padding, Size2d dilation) =>
    [
        Attribute("kernel_shape", Axes(axes, kernelSize)),
        Attribute("strides", Axes(axes, stride)),
        Attribute("pads", [.. Axes(axes, padding), .. Axes(axes, padding)]),
        Attribute("dilations", Axes(axes, dilation)),
    ];

    private static string Convolution(
        LayerPlace place, string operatorName, Convolution layer, Size2d kernelSize, int axes, params ReadOnlySpan<AttributeProto> more) => place.Node(
        operatorName,
        [place.Input, .. place.WeightAndBias(layer.Weight, layer.Bias)],
        [.. Window(axes, kernelSize, layer.Stride, layer.Padding, layer.Dilation), Attribute("group", (long)layer.Groups), .. more]);

    private static long[] Axes(int axes, Size2d size) => axes == 1 ? [size.Width] : [size.Height, size.Width];

    // ONNX's Gemm takes matrices alone.
    private static string Linear(LayerPlace place, Linear layer)
    {
        string[] weights = place.WeightAndBias(layer.Weight, layer.Bias);
        if (place.InputShape.Rank == 2)
        {
            return place.Node("Gemm", [place.Input, .. weights], Attribute("transB", 1L));
        }

        string product = place.Node("MatMul", [place.Input, place.Node("Transpose", [weights[0]], Attribute("perm", 1L, 0L))]);
        return weights.Length == 1 ? product : place.Node("Add", [product, weights[1]]);
    }
}
