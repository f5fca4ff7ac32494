using Quern.Tensors;

namespace Quern.Nn;

/// <summary>Normalises each channel of images over a batch: input and output [batch, channels, height, width].</summary>
/// <inheritdoc cref="BatchNorm"/>
public sealed class BatchNorm2d : BatchNorm
{
    /// <summary>Makes a layer.</summary>
    /// <param name="channels">The length of the input's second axis: at least 1.</param>
    /// <param name="epsilon">A small number added to the denominator, against division by zero.</param>
    /// <param name="momentum">How much a batch changes the running statistics: from 0 to 1.</param>
    /// <param name="affine">Whether the layer has a weight and a bias.</param>
    /// <param name="device">The device of the parameters and the arithmetic; the CPU if omitted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public BatchNorm2d(int channels, float epsilon = 1e-5f, float momentum = 0.1f, bool affine = true, Device? device = null)
        : base(channels, epsilon, momentum, affine, device)
    {
    }

    private protected override void CheckInput(Shape input)
    {
        if (input.Rank != 4 || input[1] != Channels || input[2] == 0 || input[3] == 0)
        {
            throw new ShapeException($"BatchNorm2d: the input has shape {input}; the layer takes [batch, {Channels}, height, width].");
        }
    }
}
