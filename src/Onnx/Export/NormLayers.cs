using Quern.Nn;
using Quern.Tensors;
using static Quern.Onnx.Export.LayerPlace;

namespace Quern.Onnx.Export;

/// <summary>Normalisation.</summary>
internal static class NormLayers
{
    public static void AddRows()
    {
        LayerTable.Add<BatchNorm1d>(BatchNorm);
        LayerTable.Add<BatchNorm2d>(BatchNorm);
        LayerTable.Add<LayerNorm>(LayerNorm);
    }

    // ONNX wants a factor and an offset in any case.
    private static string BatchNorm(LayerPlace place, BatchNorm layer)
    {
        Shape channels = [layer.Channels];
        string weight = layer.Weight is null ? place.Filled("ones", channels, 1) : place.Weight("weight", layer.Weight.Value);
        string bias = layer.Bias is null ? place.Filled("zeros", channels, 0) : place.Weight("bias", layer.Bias.Value);
        string mean = place.Weight("running_mean", layer.RunningMean.Value);
        string variance = place.Weight("running_var", layer.RunningVariance.Value);
        return place.Node("BatchNormalization", [place.Input, weight, bias, mean, variance], Attribute("epsilon", layer.Epsilon));
    }

    private static string LayerNorm(LayerPlace place, LayerNorm layer)
    {
        string weight = layer.Weight is null ? place.Filled("ones", layer.NormalizedShape, 1) : place.Weight("weight", layer.Weight.Value);
        string[] inputs = layer.Bias is null ? [place.Input, weight] : [place.Input, weight, place.Weight("bias", layer.Bias.Value)];
        return place.Node("LayerNormalization", inputs, Attribute("axis", (long)-layer.NormalizedShape.Rank), Attribute("epsilon", layer.Epsilon));
    }
}
