using Quern.Nn;
using Quern.Tensors;
using static Quern.Onnx.Export.LayerPlace;

namespace Quern.Onnx.Export;

/// <summary>Attention, as the products that it is made of.</summary>
internal static class AttentionLayers
{
    public static void AddRows() => LayerTable.Add<MultiheadAttention>(MultiheadAttention);

    private static string MultiheadAttention(LayerPlace place, MultiheadAttention layer)
    {
        string weight = place.Node("Transpose", [place.Weight("in_proj_weight", layer.InProjWeight.Value)], Attribute("perm", 1L, 0L));
        string projected = place.Node("MatMul", [place.Input, weight]);
        if (layer.InProjBias is not null)
        {
            projected = place.Node("Add", [projected, place.Weight("in_proj_bias", layer.InProjBias.Value)]);
        }

        int length = place.InputShape[1];
        string last = place.Vector("last", [2L]);
        string headsShape = place.Vector("heads", [0L, length, layer.NumHeads, layer.EmbedDim / layer.NumHeads]);
        string queries = place.Node("Mul", [Part(0, 0L, 2L, 1L, 3L), place.Number("scale", 1 / Math.Sqrt(layer.EmbedDim / layer.NumHeads))]);
        string weights = place.Node("MatMul", [queries, Part(1, 0L, 2L, 3L, 1L)]);
        if (layer.IsCausal)
        {
            float[] mask = Tensor.Full([length, length], float.NegativeInfinity).Triu(1).ToArray();
            weights = place.Node("Add", [weights, place.Node("Reshape", [place.Vector("mask", mask), place.Vector("square", [(long)length, length])])]);
        }

        string attended = place.Node("MatMul", [place.Node("Softmax", [weights], Attribute("axis", -1L)), Part(2, 0L, 2L, 1L, 3L)]);
        string joined = place.Node(
            "Reshape", [place.Node("Transpose", [attended], Attribute("perm", 0L, 2L, 1L, 3L)), place.Vector("joined", [0L, length, layer.EmbedDim])]);
        return place.Run(layer.OutProj, joined, place.InputShape);

        // Queries, keys or values: [batch, heads, sequence, numbers of a head], or with the last two the other way round.
        string Part(int part, params ReadOnlySpan<long> order)
        {
            string start = place.Vector("start", [(long)part * layer.EmbedDim]), end = place.Vector("end", [(part + 1L) * layer.EmbedDim]);
            string heads = place.Node("Reshape", [place.Node("Slice", [projected, start, end, last]), headsShape]);
            return place.Node("Transpose", [heads], Attribute("perm", order));
        }
    }
}
