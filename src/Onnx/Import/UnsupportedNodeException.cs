namespace Quern.Onnx.Import;

/// <summary>What is wrong with one node; the reader of the network collects them.</summary>
internal sealed class UnsupportedNodeException(string message) : Exception(message);
