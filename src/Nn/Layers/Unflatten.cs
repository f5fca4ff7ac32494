using Quern.Tensors;

namespace Quern.Nn;

/// <summary>Reshapes each sample: [batch, a · b · …] to [batch, a, b, …]. Nothing is copied.</summary>
/// <param name="sample">The shape of one sample: <c>[16, 7, 7]</c>.</param>
public sealed class Unflatten(Shape sample) : Module
{
    private readonly Views _output = new();
    private readonly Views _inputGradient = new();
    private Shape? _input;

    /// <summary>The shape of one sample.</summary>
    public Shape Sample { get; } = sample;

    internal override bool KeepsNothing => !KeepsForBackward;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input is not [batch, as many numbers as the sample's shape holds].</exception>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank != 2 || input.Shape[1] != Sample.ElementCount)
        {
            throw new ShapeException($"Unflatten: the input has shape {input.Shape}; to give each sample the shape {Sample} it must be [batch, {Sample.ElementCount}].");
        }

        Shape shape = Whole(input.Shape[0]);
        if (!KeepsForBackward)
        {
            return new Tensor(input.Memory, input.Offset, shape);
        }

        using Passes.Turn turn = BeginForward();
        _input = input.Shape;
        return KeepShape(_output.Get(input, shape));
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackwardOfChildren(outputGradient);
        Shape input = _input ?? throw LayerChecks.NoForward(nameof(Unflatten));
        LayerChecks.OutputGradient(nameof(Unflatten), outputGradient, Whole(input[0]));
        return _inputGradient.Get(outputGradient, input);
    }

    private Shape Whole(int batch)
    {
        Span<int> axes = stackalloc int[Shape.MaxRank + 1];
        axes[0] = batch;
        int rank = Sample.CopyTo(axes[1..]).Length;
        return Shape.Create(axes[..(rank + 1)]);
    }
}
