using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// Sets each number to 0 with a probability, and divides the others by 1 - probability so that the mean stays; in evaluation
/// it does nothing. Any shape.
/// </summary>
/// <remarks>
/// Backward: the gradient goes through the same choice. What is dropped depends on the generator's seed and stream alone:
/// the same on every device and with any number of threads. Source: Srivastava and others, 2014.
/// </remarks>
public sealed class Dropout : Module
{
    private readonly Workspace _output = new();
    private readonly Workspace _inputGradient = new();
    private readonly Generator _generator;
    private Shape _lastShape;
    private ulong? _stream;

    /// <summary>Makes a layer.</summary>
    /// <param name="generator">The generator of the choices; each forward pass in training takes a stream.</param>
    /// <param name="probability">The probability that an element is set to zero: from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is not from 0 to 1.</exception>
    public Dropout(Generator generator, double probability = 0.5)
    {
        ArgumentNullException.ThrowIfNull(generator);
        if (!(probability is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, $"Dropout: the probability is {probability}; it must be from 0 to 1.");
        }

        _generator = generator;
        Probability = probability;
    }

    /// <summary>The probability that an element is set to zero.</summary>
    public double Probability { get; }

    internal override bool KeepsNothing => !KeepsForBackward;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!KeepsForBackward)
        {
            return input;
        }

        using Passes.Turn turn = BeginForward();
        Tensor output = input;
        ulong? stream = null;
        if (IsTraining && Probability != 0)
        {
            output = _output.Get(input.Shape, input.Device);
            LayerChecks.Apart(this, nameof(Forward), nameof(input), input, output);
            stream = _generator.NextStream();
            input.Device.Dropout(input, _generator.Seed, stream.Value, Probability, output);
        }

        _lastShape = input.Shape;
        _stream = stream;
        EndForward(output);
        return output;
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        LayerChecks.OutputGradient(nameof(Dropout), outputGradient, _lastShape);
        if (_stream is not { } stream)
        {
            return outputGradient;
        }

        Tensor inputGradient = _inputGradient.Get(outputGradient.Shape, outputGradient.Device);
        LayerChecks.Apart(this, nameof(Backward), "output gradient", outputGradient, inputGradient);
        outputGradient.Device.Dropout(outputGradient, _generator.Seed, stream, Probability, inputGradient);
        return inputGradient;
    }
}
