using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// Upsamples images by repeating the nearest element: x[batch, channels, height, width] to y[batch, channels, height · factor, width · factor], with
/// y[s, c, i, j] = x[s, c, ⌊i / factor⌋, ⌊j / factor⌋].
/// </summary>
/// <remarks>Backward: ∂loss/∂x is the sum of ∂loss/∂y over each square of factor · factor.</remarks>
public sealed class Upsample : Module
{
    private readonly Workspace _output = new();
    private readonly Workspace _inputGradient = new();
    private Shape _input;

    /// <summary>Makes a layer.</summary>
    /// <param name="scaleFactor">The factor by which height and width grow: at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="scaleFactor"/> is less than 1.</exception>
    public Upsample(int scaleFactor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scaleFactor, 1);
        ScaleFactor = scaleFactor;
    }

    /// <summary>The factor by which height and width grow.</summary>
    public int ScaleFactor { get; }

    internal override bool KeepsNothing => !KeepsForBackward;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input is not [batch, channels, height, width] with elements, or an axis of the output would be too long.</exception>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank != 4 || input.Shape[2] == 0 || input.Shape[3] == 0)
        {
            throw new ShapeException($"Upsample: the input has shape {input.Shape}; the layer takes [batch, channels, height, width].");
        }

        Shape shape = Output(input.Shape);
        if (!KeepsForBackward)
        {
            Tensor result = Tensor.Result(shape, input.Device);
            input.Device.UpsampleNearest(input, ScaleFactor, result);
            return result;
        }

        using Passes.Turn turn = BeginForward();
        Tensor output = _output.Get(shape, input.Device);
        LayerChecks.Apart(this, nameof(Forward), nameof(input), input, output);
        input.Device.UpsampleNearest(input, ScaleFactor, output);
        _input = input.Shape;
        EndForward(output);
        return output;
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        LayerChecks.OutputGradient(nameof(Upsample), outputGradient, Output(_input));
        Tensor inputGradient = _inputGradient.Get(_input, outputGradient.Device);
        LayerChecks.Apart(this, nameof(Backward), "output gradient", outputGradient, inputGradient);
        outputGradient.Device.UpsampleNearestBackward(outputGradient, ScaleFactor, inputGradient);
        return inputGradient;
    }

    private Shape Output(Shape input)
    {
        (int height, int width) = LayerChecks.Axes(this, input, (long)input[2] * ScaleFactor, (long)input[3] * ScaleFactor);
        return [input[0], input[1], height, width];
    }
}
