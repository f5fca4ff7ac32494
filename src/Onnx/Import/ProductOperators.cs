using Quern.Nn;
using Quern.Onnx.Schema;
using Quern.Tensors;

namespace Quern.Onnx.Import;

/// <summary>Products and convolutions.</summary>
internal static class ProductOperators
{
    public static void AddRows()
    {
        OperatorTable.Add("Gemm", Gemm);
        OperatorTable.Add("MatMul", MatMul);
        OperatorTable.Add("Conv", Conv);
        OperatorTable.Add("ConvTranspose", ConvTranspose);
    }

    // y = α x W + β b, or with the transposed W, which is how a layer keeps it.
    private static void Gemm(Chain chain, NodeProto node)
    {
        NodeAttributes attributes = new(node);
        attributes.Require("transA", 0, 0);
        if (chain.Rank is { } rank and not 2)
        {
            throw new UnsupportedNodeException($"its input has {rank} axes, and Gemm takes 2");
        }

        Constant weight = chain.Required(node, 1);
        weight = attributes.Int("transB", 0) == 0 ? Transposed(weight) : weight;
        AddLinear(chain, weight, attributes.Float("alpha", 1), chain.Optional(node, 2), attributes.Float("beta", 1));
    }

    // With what is added to it, if that is a bias.
    private static void MatMul(Chain chain, NodeProto node)
    {
        Constant weight = Transposed(chain.Required(node, 1));
        Constant? bias = null;
        if (chain.Graph.Consumers(chain.Value) is [{ OpType: "Add", Input.Count: 2, Output.Count: 1 } sum] && Names.IsOnnx(sum)
            && (chain.Graph.Constant(sum.Input[0]) ?? chain.Graph.Constant(sum.Input[1])) is { Rank: 1 } addend && addend.Shape == [weight.Shape[0]])
        {
            bias = addend;
            chain.Value = sum.Output[0];
        }

        AddLinear(chain, weight, 1, bias, 1);
    }

    private static Constant Transposed(Constant weight) => weight.Rank == 2
        ? weight.Transposed()
        : throw new UnsupportedNodeException($"its weight has the shape {weight.Shape}; a layer's has 2 axes");

    private static void AddLinear(Chain chain, Constant weight, float alpha, Constant? bias, float beta)
    {
        Shape shape = chain.WeightShape(weight, 2);
        Linear layer = new(shape[1], shape[0], chain.Generator, bias is not null, chain.Device);
        chain.Copy(weight, layer.Weight.Value, alpha);
        if (bias is not null)
        {
            chain.Copy(bias, layer.Bias!.Value, beta);
        }

        chain.Add(layer, weight.Name);
    }

    private static void Conv(Chain chain, NodeProto node)
    {
        Constant weight = chain.Required(node, 1);
        Constant? bias = chain.Optional(node, 2);
        Shape shape = chain.WeightShape(weight, 3, 4);
        (Size2d stride, Size2d padding, Size2d dilation, int groups) = Window(node, shape);
        int inputs = checked(shape[1] * groups);
        Convolution layer = shape.Rank == 3
            ? new Conv1d(inputs, shape[0], shape[2], chain.Generator, stride.Width, padding.Width, dilation.Width, groups, bias is not null, chain.Device)
            : new Conv2d(inputs, shape[0], (shape[2], shape[3]), chain.Generator, stride, padding, dilation, groups, bias is not null, chain.Device);
        Add(chain, layer, weight, bias);
    }

    private static void ConvTranspose(Chain chain, NodeProto node)
    {
        Constant weight = chain.Required(node, 1);
        Constant? bias = chain.Optional(node, 2);
        Shape shape = chain.WeightShape(weight, 4);
        (Size2d stride, Size2d padding, Size2d dilation, int groups) = Window(node, shape);
        NodeAttributes attributes = new(node);
        if (attributes.Has("output_shape"))
        {
            throw new UnsupportedNodeException("it has an output_shape; layers have pads and output_padding");
        }

        Size2d outputPadding = attributes.Size("output_padding", 2, [0, 0]);
        ConvTranspose2d layer = new(
            shape[0], checked(shape[1] * groups), (shape[2], shape[3]), chain.Generator, stride, padding, outputPadding, dilation, groups, bias is not null, chain.Device);
        Add(chain, layer, weight, bias);
    }

    private static (Size2d Stride, Size2d Padding, Size2d Dilation, int Groups) Window(NodeProto node, Shape weight)
    {
        NodeAttributes attributes = new(node);
        int axes = weight.Rank - 2;
        long[] ones = [1, 1], window = [.. weight.Skip(2).Select(length => (long)length)];
        if (!attributes.Ints("kernel_shape", window).SequenceEqual(window))
        {
            throw new UnsupportedNodeException($"its kernel_shape is not that of its weight {weight}; the file is damaged");
        }

        long groups = attributes.Int("group", 1);
        return groups is >= 1 and <= int.MaxValue
            ? (attributes.Size("strides", axes, ones[..axes]), attributes.Padding(axes), attributes.Size("dilations", axes, ones[..axes]), (int)groups)
            : throw new UnsupportedNodeException($"its group is {groups}; it has to be at least 1");
    }

    private static void Add(Chain chain, Convolution layer, Constant weight, Constant? bias)
    {
        chain.Copy(weight, layer.Weight.Value);
        if (bias is not null)
        {
            chain.Copy(bias, layer.Bias!.Value);
        }

        chain.Add(layer, weight.Name);
    }
}
