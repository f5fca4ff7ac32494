using Quern.Onnx.Schema;

namespace Quern.Onnx.Import;

/// <summary>How each operator is read, by its name.</summary>
internal static class OperatorTable
{
    private static readonly Dictionary<string, Action<Chain, NodeProto>> Readers = [];

    static OperatorTable()
    {
        ProductOperators.AddRows();
        PoolingOperators.AddRows();
        NormOperators.AddRows();
        ActivationOperators.AddRows();
        ShapeOperators.AddRows();
    }

    /// <summary>Adds an operator.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="read">Appends its layer to the chain, whose value is the operator's output already.</param>
    public static void Add(string name, Action<Chain, NodeProto> read) => Readers.Add(name, read);

    /// <summary>How an operator is read, or null.</summary>
    public static Action<Chain, NodeProto>? Find(NodeProto node) => Names.IsOnnx(node) ? Readers.GetValueOrDefault(node.OpType) : null;
}
