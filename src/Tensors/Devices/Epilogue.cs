using Quern.Kernels;

namespace Quern.Tensors;

/// <summary>
/// What a matrix product or a convolution does to each value before it is stored, so that no second pass over memory is needed: add a
/// bias, apply an activation, or (in a backward pass) multiply by the derivative of the activation below.
/// </summary>
/// <param name="Bias">One number per column of the result, or per channel of a convolution's, or null.</param>
/// <param name="Activation">The function applied after the bias.</param>
/// <param name="GradientOutput">The output, of the result's shape, of the activation to differentiate, or null.</param>
/// <param name="GradientActivation">The activation to differentiate.</param>
/// <param name="LeftSums">
/// Receives the sum of each row of the left operand as it is multiplied, or null: the bias gradient, beside the weight's. The left operand is then
/// given transposed.
/// </param>
/// <param name="AccumulateLeftSums">Whether the sums are added to what is there.</param>
internal readonly record struct Epilogue(
    Tensor? Bias = null,
    Activation Activation = Activation.None,
    Tensor? GradientOutput = null,
    Activation GradientActivation = Activation.None,
    Tensor? LeftSums = null,
    bool AccumulateLeftSums = false);
