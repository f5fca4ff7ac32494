using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// A convolution along one axis: x[batch, inputs, length] to y[batch, outputs, length'], with
/// y[s, o, i] = b[o] + Σ W[o, c, k] · x[s, c, i · stride - padding + k · dilation], where what lies outside x is 0, and
/// length' = ⌊(length + 2 · padding - dilation · (kernel size - 1) - 1) / stride⌋ + 1. Groups are those of a <see cref="Conv2d"/>, which this is for
/// images of one row.
/// </summary>
/// <remarks>
/// Backward as of a <see cref="Conv2d"/>. Parameters: <c>weight</c>[outputs, inputs / groups, kernel size] and <c>bias</c>[outputs], both uniform
/// within ±1 / √(inputs / groups · kernel size), as in PyTorch.
/// </remarks>
public sealed class Conv1d : Convolution
{
    /// <summary>Makes a layer.</summary>
    /// <param name="inputs">The number of input channels: at least 1.</param>
    /// <param name="outputs">The number of output channels: at least 1.</param>
    /// <param name="kernelSize">Elements of the window: at least 1.</param>
    /// <param name="generator">The generator of the initial weights.</param>
    /// <param name="stride">How far the window moves: at least 1.</param>
    /// <param name="padding">Zeros at each end: zero or more.</param>
    /// <param name="dilation">How far apart the window's elements are: at least 1.</param>
    /// <param name="groups">Into how many groups the channels fall: a divisor of the inputs and of the outputs.</param>
    /// <param name="bias">Whether the layer adds a bias.</param>
    /// <param name="device">The device of the parameters and the arithmetic; the CPU if omitted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    /// <exception cref="ArgumentException">The groups do not divide the channels.</exception>
    public Conv1d(
        int inputs,
        int outputs,
        int kernelSize,
        Generator generator,
        int stride = 1,
        int padding = 0,
        int dilation = 1,
        int groups = 1,
        bool bias = true,
        Device? device = null)
        : base(1, inputs, outputs, (1, kernelSize), (1, stride), (0, padding), (1, dilation), groups, transposed: false, bias, generator, device)
    {
    }

    /// <summary>Elements of the window.</summary>
    public int KernelSize => Window.Width;
}
