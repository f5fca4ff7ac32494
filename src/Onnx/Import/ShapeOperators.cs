using Quern.Nn;
using Quern.Onnx.Schema;
using Quern.Tensors;

namespace Quern.Onnx.Import;

/// <summary>Operators that change the shape.</summary>
internal static class ShapeOperators
{
    public static void AddRows()
    {
        OperatorTable.Add("Flatten", Flatten);
        OperatorTable.Add("Reshape", Reshape);
        OperatorTable.Add("Resize", Resize);
        OperatorTable.Add("Pad", Pad);
    }

    private static void Flatten(Chain chain, NodeProto node)
    {
        long axis = new NodeAttributes(node).Int("axis", 1);
        if (axis != 1 && (chain.Rank is not { } rank || axis != 1 - rank))
        {
            throw new UnsupportedNodeException($"its axis is {axis}; a layer keeps the first axis and flattens the others");
        }

        chain.Add(new Flatten());
    }

    // A layer keeps the batch, so that a sample has to keep the number of its elements.
    private static void Reshape(Chain chain, NodeProto node)
    {
        long[] target = chain.Required(node, 1).WholeNumbers();
        bool copiesZero = new NodeAttributes(node).Int("allowzero", 0) == 0;
        string shown = $"its shape is [{string.Join(", ", target.Take(8))}]";
        bool keepsBatch = target.Length > 0 && ((target[0] == 0 && copiesZero) || (chain.Batch is { } batch && target[0] == batch));
        if (target.Length is 0 or > Shape.MaxRank || (!keepsBatch && target[0] != -1))
        {
            throw new UnsupportedNodeException($"{shown}; a layer keeps the first axis, the batch");
        }

        long[] sample = target[1..];
        if (keepsBatch && sample is [-1])
        {
            chain.Add(new Flatten());
            return;
        }

        if (chain.Shape is { } shape)
        {
            sample = Resolved(sample, shape, copiesZero) ?? throw new UnsupportedNodeException($"{shown}, and its input [batch, {string.Join(", ", shape.Skip(1))}]; a layer keeps the first axis, the batch");
        }
        else if (!keepsBatch || sample.Length == 0 || sample.Any(length => length < 1))
        {
            throw new UnsupportedNodeException($"{shown}, and the file leaves open the shape of its input; export with all lengths but that of the batch");
        }

        if (sample.Any(length => length > int.MaxValue))
        {
            throw new UnsupportedNodeException($"{shown}; an axis is at most {int.MaxValue} long");
        }

        if (chain.Rank != 2)
        {
            chain.Add(new Flatten());
        }

        if (sample.Length > 1)
        {
            chain.Add(new Unflatten(Shape.Create([.. sample.Select(length => (int)length)])));
        }
    }

    // The lengths with each 0 and -1 put in, or null where the elements of a sample would not stay together.
    private static long[]? Resolved(long[] sample, Shape input, bool copiesZero)
    {
        long count = input.With(0, 1).ElementCount;
        long[] lengths = [.. sample];
        int open = -1;
        UInt128 product = 1;
        for (int axis = 0; axis < lengths.Length; axis++)
        {
            if (lengths[axis] == 0 && copiesZero)
            {
                lengths[axis] = axis + 1 < input.Rank ? input[axis + 1] : -2;
            }

            if (lengths[axis] == -1 && open < 0)
            {
                open = axis;
                continue;
            }

            if (lengths[axis] is < 1 or > int.MaxValue)
            {
                return null;
            }

            product *= (UInt128)lengths[axis];
        }

        if (open >= 0 && (UInt128)count % product == 0)
        {
            lengths[open] = (long)((UInt128)count / product);
            return lengths;
        }

        return open < 0 && lengths.Length > 0 && product == (UInt128)count ? lengths : null;
    }

    // By a whole factor the nearest element is the same however the places are counted, unless corners are aligned.
    private static void Resize(Chain chain, NodeProto node)
    {
        NodeAttributes attributes = new(node);
        string mode = attributes.Word("mode", "nearest");
        string places = attributes.Word("coordinate_transformation_mode", "half_pixel");
        string nearest = attributes.Word("nearest_mode", "round_prefer_floor");
        bool isNearest = (places == "asymmetric" && nearest == "floor")
            || (places is "half_pixel" or "pytorch_half_pixel" && nearest is "round_prefer_floor" or "round_prefer_ceil");
        if (mode != "nearest" || !isNearest)
        {
            throw new UnsupportedNodeException($"its mode is {Names.Shown(mode)} with {Names.Shown(places)} and {Names.Shown(nearest)}; a layer repeats the nearest element");
        }

        if (chain.Optional(node, 2)?.Numbers() is not [1, 1, var factor, var columns] || factor != columns || factor < 1 || factor > 1024 || factor != MathF.Floor(factor))
        {
            throw new UnsupportedNodeException("it does not have scales of 1, 1 and twice the same whole number from 1 to 1024, as a layer has");
        }

        chain.Add(new Upsample((int)factor));
    }

    // PyTorch writes one that pads by nothing before each mean.
    private static void Pad(Chain chain, NodeProto node)
    {
        if (chain.Required(node, 1).WholeNumbers().Any(length => length != 0))
        {
            throw new UnsupportedNodeException("it pads, and there is no such layer; use the padding of a convolution or of pooling");
        }
    }
}
