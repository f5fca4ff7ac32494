using Quern.Nn;
using Quern.Onnx.Schema;

namespace Quern.Onnx.Import;

/// <summary>Maxima and means over a window.</summary>
internal static class PoolingOperators
{
    public static void AddRows()
    {
        OperatorTable.Add("MaxPool", MaxPool);
        OperatorTable.Add("AveragePool", AveragePool);
    }

    private static void MaxPool(Chain chain, NodeProto node)
    {
        (int axes, Size2d size, Size2d stride, Size2d padding, Size2d dilation) = Window(node);
        chain.Add(axes == 1 ? new MaxPool1d(size.Width, stride.Width, padding.Width, dilation.Width) : new MaxPool2d(size, stride, padding, dilation));
    }

    private static void AveragePool(Chain chain, NodeProto node)
    {
        (int axes, Size2d size, Size2d stride, Size2d padding, Size2d dilation) = Window(node);
        if (axes != 2 || dilation != 1)
        {
            throw new UnsupportedNodeException("its window is not one of rows and columns without dilations; there is a layer for those alone");
        }

        chain.Add(new AvgPool2d(size, stride, padding, new NodeAttributes(node).Int("count_include_pad", 0) != 0));
    }

    private static (int Axes, Size2d Size, Size2d Stride, Size2d Padding, Size2d Dilation) Window(NodeProto node)
    {
        NodeAttributes attributes = new(node);
        attributes.Require("ceil_mode", 0, 0);
        attributes.Require("storage_order", 0, 0);
        int axes = attributes.Ints("kernel_shape", []).Length;
        if (axes is not (1 or 2))
        {
            throw new UnsupportedNodeException($"its window has {axes} axes; layers have one or two");
        }

        long[] ones = axes == 1 ? [1] : [1, 1];
        return (axes, attributes.Size("kernel_shape", axes, []), attributes.Size("strides", axes, ones), attributes.Padding(axes), attributes.Size("dilations", axes, ones));
    }
}
