using Quern.Tensors;

namespace Quern.Nn;

/// <summary>Flattens all axes but the first into one: [batch, a, b, …] to [batch, a · b · …]. Nothing is copied.</summary>
public sealed class Flatten : Module
{
    private readonly Views _output = new();
    private readonly Views _inputGradient = new();
    private Shape? _input;

    internal override bool KeepsNothing => !KeepsForBackward;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input is a single number, which has no batch, or a sample has more than <see cref="int.MaxValue"/> numbers.</exception>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank == 0)
        {
            throw new ShapeException("Flatten: the input is a single number, of shape []; its first axis must be the batch.");
        }

        Shape shape = Flat(input.Shape);
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
        Shape input = _input ?? throw LayerChecks.NoForward(nameof(Flatten));
        LayerChecks.OutputGradient(nameof(Flatten), outputGradient, Flat(input));
        return _inputGradient.Get(outputGradient, input);
    }

    private static Shape Flat(Shape input)
    {
        long features = input.With(0, 1).ElementCount;
        return features <= int.MaxValue
            ? [input[0], (int)features]
            : throw new ShapeException(
                $"Flatten: the input has shape {input}; a sample has {features} numbers, and an axis is at most {int.MaxValue} long. Use smaller samples.");
    }
}
