using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// A convolution: x[batch, inputs, height, width] to y[batch, outputs, height', width'], with
/// y[s, o, i, j] = b[o] + Σ W[o, c, k, l] · x[s, c, i · stride - padding + k · dilation, j · stride - padding + l · dilation], where what lies outside x is 0,
/// and height' = ⌊(height + 2 · padding - dilation · (kernel size - 1) - 1) / stride⌋ + 1; the width likewise. Stride, padding, dilation and size may
/// differ for rows and columns. With groups, the channels in and out fall into as many runs, and each output sees the inputs of its own run alone;
/// with as many groups as inputs the convolution is depthwise.
/// </summary>
/// <remarks>
/// Backward, with g = ∂loss/∂y: ∂loss/∂W[o, c, k, l] = Σ g[s, o, i, j] · x at the place above, ∂loss/∂b[o] = Σ g[:, o], and ∂loss/∂x is the
/// transposed convolution of g with W. Parameters: <c>weight</c>[outputs, inputs / groups, window height, window width] and
/// <c>bias</c>[outputs], both uniform within ±1 / √(inputs / groups · window height · window width), as in PyTorch.
/// </remarks>
public sealed class Conv2d : Convolution
{
    /// <summary>Makes a layer.</summary>
    /// <param name="inputs">The number of input channels: at least 1.</param>
    /// <param name="outputs">The number of output channels: at least 1.</param>
    /// <param name="kernelSize">Rows and columns of the window: at least 1.</param>
    /// <param name="generator">The generator of the initial weights.</param>
    /// <param name="stride">How far the window moves: at least 1; 1 if not given.</param>
    /// <param name="padding">Rows of zeros above and below, and columns before and after: zero or more.</param>
    /// <param name="dilation">How far apart the window's elements are: at least 1; 1 if not given.</param>
    /// <param name="groups">Into how many groups the channels fall: a divisor of the inputs and of the outputs.</param>
    /// <param name="bias">Whether the layer adds a bias.</param>
    /// <param name="device">The device of the parameters and the arithmetic; the CPU if omitted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    /// <exception cref="ArgumentException">The groups do not divide the channels.</exception>
    public Conv2d(
        int inputs,
        int outputs,
        Size2d kernelSize,
        Generator generator,
        Size2d? stride = null,
        Size2d padding = default,
        Size2d? dilation = null,
        int groups = 1,
        bool bias = true,
        Device? device = null)
        : base(2, inputs, outputs, kernelSize, stride, padding, dilation, groups, transposed: false, bias, generator, device)
    {
    }

    /// <summary>Rows and columns of the window.</summary>
    public Size2d KernelSize => Window;
}
