using Quern.Nn;
using Quern.Onnx.Schema;
using Quern.Tensors;

namespace Quern.Onnx.Import;

/// <summary>Normalisation.</summary>
internal static class NormOperators
{
    public static void AddRows()
    {
        OperatorTable.Add("BatchNormalization", BatchNormalization);
        OperatorTable.Add("LayerNormalization", LayerNormalization);
    }

    private static void BatchNormalization(Chain chain, NodeProto node)
    {
        NodeAttributes attributes = new(node);
        attributes.Require("training_mode", 0, 0);
        Constant weight = chain.Required(node, 1);
        int channels = chain.WeightShape(weight, 1)[0];
        float epsilon = attributes.Float("epsilon", 1e-5f);
        BatchNorm layer = chain.Rank switch
        {
            2 or 3 => new BatchNorm1d(channels, epsilon, device: chain.Device),
            4 => new BatchNorm2d(channels, epsilon, device: chain.Device),
            { } rank => throw new UnsupportedNodeException($"its input has {rank} axes; layers take 2 to 4"),
            null => throw new UnsupportedNodeException("the file does not say how many axes its input has; export with the shape of the input"),
        };
        chain.Copy(weight, layer.Weight!.Value);
        chain.Copy(chain.Required(node, 2), layer.Bias!.Value);
        chain.Copy(chain.Required(node, 3), layer.RunningMean.Value);
        chain.Copy(chain.Required(node, 4), layer.RunningVariance.Value);
        chain.Add(layer, weight.Name);
    }

    private static void LayerNormalization(Chain chain, NodeProto node)
    {
        NodeAttributes attributes = new(node);
        Constant weight = chain.Required(node, 1);
        Shape shape = chain.WeightShape(weight, 1, 2, 3, 4, 5);
        long axis = attributes.Int("axis", -1);
        if (axis != -shape.Rank && (chain.Rank is not { } rank || axis != rank - shape.Rank))
        {
            throw new UnsupportedNodeException($"its axis is {axis}, and its weight has the shape {shape}; a layer's has all axes over which it normalises");
        }

        LayerNorm layer = new(shape, attributes.Float("epsilon", 1e-5f), device: chain.Device);
        chain.Copy(weight, layer.Weight!.Value);
        if (chain.Optional(node, 2) is { } bias)
        {
            chain.Copy(bias, layer.Bias!.Value);
        }

        chain.Add(layer, weight.Name);
    }
}
