using Quern.Kernels.Operators;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>Gives its input to several branches and joins their outputs along an axis: y = [B₀(x), B₁(x), …].</summary>
/// <remarks>
/// Backward: each branch is given its part of ∂loss/∂y, and what the branches return is added, in their order. An empty <see cref="Sequential"/> is a branch that passes
/// the input on, as in a dense block (Huang and others, 2017).
/// </remarks>
public sealed class Concat : Branches
{
    private readonly Workspace _inputGradient = new();

    /// <summary>Makes a layer.</summary>
    /// <param name="axis">The axis along which outputs are joined: 1 for channels; a negative one counts from the end.</param>
    /// <param name="branches">The branches; their outputs differ in that axis alone.</param>
    /// <exception cref="ArgumentException">There are no branches, or two of them are, or contain, the same module.</exception>
    public Concat(int axis, params ReadOnlySpan<Module> branches)
        : base(axis, branches)
    {
    }

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The outputs of the branches cannot be joined.</exception>
    /// <exception cref="InvalidOperationException">A branch wrote over the input, which the others need.</exception>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!KeepsForBackward)
        {
            return Evaluate(input);
        }

        using Passes.Turn turn = BeginForward();
        int version = input.Version;
        for (int i = 0; i < Count; i++)
        {
            Run(i, input);
            LayerChecks.NotWritten(this, nameof(Forward), nameof(input), input, version);
        }

        return JoinKept(input);
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        ReadOnlySpan<Tensor> gradients = Cut(outputGradient);
        Tensor sum = this[0].Backward(gradients[0]);
        for (int i = 1; i < gradients.Length; i++)
        {
            Tensor added = this[i].Backward(gradients[i]);
            Tensor inputGradient = i == 1 ? _inputGradient.Get(added.Shape, added.Device) : sum;
            added.Device.Binary<AddOperator>(sum, added, inputGradient);
            sum = inputGradient;
        }

        return sum;
    }

    // Apart from Forward, which would allocate what the lambda keeps in training too.
    private Tensor Evaluate(Tensor input)
    {
        int version = input.Version;
        Tensor result = Evaluate(input, _ => input);
        LayerChecks.NotWritten(this, nameof(Forward), nameof(input), input, version);
        return result;
    }
}
