using Quern.Tensors;

namespace Quern.Nn;

/// <summary>A number that says how good a network's outputs are, over all batches of a validation.</summary>
public abstract class Metric
{
    /// <summary>What reports call it, such as <c>accuracy</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The value over the samples since <see cref="Reset"/>; not a number where there were none.</summary>
    public abstract double Value { get; }

    /// <summary>Forgets all samples.</summary>
    public abstract void Reset();

    /// <summary>Takes a batch into account.</summary>
    /// <param name="output">The output of the network: [batch, …].</param>
    /// <param name="target">What the output should have been, as the loss takes it.</param>
    public abstract void Add(Tensor output, Tensor target);
}
