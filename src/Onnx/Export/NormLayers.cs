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
        LayerTable.Add<GroupNorm>(GroupNorm);
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

    // The groups as channels that are normalised by themselves, as PyTorch writes it; factor and offset are those of the channels.
    private static string GroupNorm(LayerPlace place, GroupNorm layer)
    {
        Shape groups = [layer.Groups];
        string grouped = place.Node("Reshape", [place.Input, place.Vector("groups", [0L, layer.Groups, -1L])]);
        string normalized = place.Node(
            "InstanceNormalization", [grouped, place.Filled("ones", groups, 1), place.Filled("zeros", groups, 0)], Attribute("epsilon", layer.Epsilon));
        string output = place.Node("Reshape", [normalized, place.Vector("shape", [0L, .. place.InputShape.Skip(1).Select(length => (long)length)])]);
        if (layer.Weight is null || layer.Bias is null)
        {
            return output;
        }

        long[] axes = [layer.Channels, .. Enumerable.Repeat(1L, place.InputShape.Rank - 2)];
        string perChannel = place.Vector("channels", axes);
        string weight = place.Node("Reshape", [place.Weight("weight", layer.Weight.Value), perChannel]);
        string bias = place.Node("Reshape", [place.Weight("bias", layer.Bias.Value), perChannel]);
        return place.Node("Add", [place.Node("Mul", [output, weight]), bias]);
    }

    private static string LayerNorm(LayerPlace place, LayerNorm layer)
    {
        string weight = layer.Weight is null ? place.Filled("ones", layer.NormalizedShape, 1) : place.Weight("weight", layer.Weight.Value);
        string[] inputs = layer.Bias is null ? [place.Input, weight] : [place.Input, weight, place.Weight("bias", layer.Bias.Value)];
        return place.Node("LayerNormalization", inputs, Attribute("axis", (long)-layer.NormalizedShape.Rank), Attribute("epsilon", layer.Epsilon));
    }
}
