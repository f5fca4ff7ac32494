using Quern.Tensors;

namespace Quern.Nn;

/// <summary>Samples that a network takes at once.</summary>
/// <param name="Inputs">[length, …]: what the network is given.</param>
/// <param name="Targets">[length, …]: what its loss compares the output with.</param>
/// <remarks>Both belong to the <see cref="BatchSource"/> and are overwritten by its next batch; <see cref="Tensor.Clone"/> what must last.</remarks>
public readonly record struct Batch(Tensor Inputs, Tensor Targets)
{
    /// <summary>[length, …]: what the network is given.</summary>
    public Tensor Inputs { get; } = Inputs ?? throw new ArgumentNullException(nameof(Inputs));

    /// <summary>[length, …]: what its loss compares the output with.</summary>
    public Tensor Targets { get; } = Targets ?? throw new ArgumentNullException(nameof(Targets));
}
