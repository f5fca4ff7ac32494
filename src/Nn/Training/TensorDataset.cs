using Quern.Kernels.Cpu;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>Samples in two tensors: row i of one is the input, row i of the other the target.</summary>
public sealed class TensorDataset
{
    /// <summary>Makes a data set of tensors, which it keeps.</summary>
    /// <param name="inputs">[count, …]: what a network is given.</param>
    /// <param name="targets">[count, …]: what it should answer; for classes [count], their numbers.</param>
    /// <exception cref="ShapeException">The tensors have no samples, or not as many.</exception>
    /// <exception cref="DeviceException">The tensors live on different devices.</exception>
    public TensorDataset(Tensor inputs, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        inputs.CheckSameDevice(nameof(TensorDataset), targets);
        if (inputs.Rank == 0 || targets.Rank == 0 || inputs.Shape[0] != targets.Shape[0] || inputs.ElementCount == 0 || targets.ElementCount == 0)
        {
            throw new ShapeException(
                $"TensorDataset: the inputs have shape {inputs.Shape} and the targets {targets.Shape}; both must have elements, and the first axis, the samples, must be equal.");
        }

        Inputs = inputs;
        Targets = targets;
    }

    /// <summary>[count, …]: what a network is given.</summary>
    public Tensor Inputs { get; }

    /// <summary>[count, …]: what it should answer.</summary>
    public Tensor Targets { get; }

    /// <summary>How many samples there are.</summary>
    public int Count => Inputs.Shape[0];

    /// <summary>Splits the samples in two at random, such as into those to train on and those to validate on.</summary>
    /// <param name="firstShare">The share of the first part: above 0 and below 1. Each part has at least one sample.</param>
    /// <param name="seed">Chooses which samples go where.</param>
    /// <returns>Copies of the samples, on the device of the data set.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="firstShare"/> lies outside its range.</exception>
    /// <exception cref="InvalidOperationException">There is only one sample.</exception>
    public (TensorDataset First, TensorDataset Second) Split(double firstShare, ulong seed)
    {
        if (!(firstShare is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(firstShare), firstShare, $"TensorDataset.Split: the share is {firstShare}; it must be above 0 and below 1.");
        }

        if (Count < 2)
        {
            throw new InvalidOperationException("TensorDataset.Split: there is one sample, and each part needs at least one.");
        }

        int[] order = new int[Count];
        Philox.Permutation(seed, BatchSource.OrderStream(0), order);
        int first = Math.Clamp((int)Math.Round(firstShare * Count), 1, Count - 1);
        Tensor inputs = Inputs.To(Device.Cpu), targets = Targets.To(Device.Cpu);
        return (Take(order.AsSpan(0, first)), Take(order.AsSpan(first)));

        TensorDataset Take(ReadOnlySpan<int> samples) => new(TakeRows(inputs, samples), TakeRows(targets, samples));
    }

    // Rows are picked on the processor.
    private Tensor TakeRows(Tensor source, ReadOnlySpan<int> rows)
    {
        Tensor result = Tensor.Zeros(source.Shape.With(0, rows.Length));
        SampleRows.Copy(source.AsReadOnlySpan(), rows, result.AsSpan());
        return result.To(Inputs.Device);
    }
}
