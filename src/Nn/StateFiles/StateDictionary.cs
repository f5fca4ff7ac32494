using Quern.Tensors;

namespace Quern.Nn;

/// <summary>Tensors with names, and notes about them: what a state file holds.</summary>
/// <param name="tensors">The tensors by name.</param>
/// <param name="metadata">The notes by name.</param>
public sealed class StateDictionary(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
{
    /// <summary>The tensors by name, on the processor.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; } = tensors ?? throw new ArgumentNullException(nameof(tensors));

    /// <summary>The notes by name; PyTorch's tools write <c>format</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; } = metadata ?? throw new ArgumentNullException(nameof(metadata));
}
