using Quern.Nn;
using Quern.Onnx.Schema;

namespace Quern.Onnx.Import;

/// <summary>Activations, and operators that do nothing in evaluation.</summary>
internal static class ActivationOperators
{
    public static void AddRows()
    {
        OperatorTable.Add("Relu", (chain, _) => chain.Add(new Relu()));
        OperatorTable.Add("Sigmoid", (chain, _) => chain.Add(new Sigmoid()));
        OperatorTable.Add("Tanh", (chain, _) => chain.Add(new Tanh()));
        OperatorTable.Add("LeakyRelu", (chain, node) => chain.Add(new LeakyRelu(new NodeAttributes(node).Float("alpha", 0.01f))));
        OperatorTable.Add("Elu", (chain, node) => chain.Add(new Elu(new NodeAttributes(node).Float("alpha", 1))));
        OperatorTable.Add("Softplus", (chain, _) => chain.Add(new Softplus()));
        OperatorTable.Add("Gelu", Gelu);
        OperatorTable.Add("Softmax", Softmax);
        OperatorTable.Add("Identity", (_, _) => { });
        OperatorTable.Add("Dropout", Dropout);
    }

    private static void Gelu(Chain chain, NodeProto node)
    {
        string approximate = new NodeAttributes(node).Word("approximate", "none");
        chain.Add(new Gelu(approximate switch
        {
            "none" => false,
            "tanh" => true,
            _ => throw new UnsupportedNodeException($"its approximate is {Names.Shown(approximate)}; layers have none and tanh"),
        }));
    }

    // Before version 13 all axes from the given one on were taken together.
    private static void Softmax(Chain chain, NodeProto node)
    {
        long axis = new NodeAttributes(node).Int("axis", chain.Opset < 13 ? 1 : -1);
        if (axis != -1 && (chain.Rank is not { } rank || axis != rank - 1))
        {
            throw new UnsupportedNodeException($"its axis is {axis}; a layer's is the last");
        }

        chain.Add(new Softmax());
    }

    private static void Dropout(Chain chain, NodeProto node)
    {
        if (node.Input.Count > 2 && node.Input[2].Length > 0)
        {
            throw new UnsupportedNodeException("it has a training_mode; export the network as it is in evaluation");
        }
    }
}
