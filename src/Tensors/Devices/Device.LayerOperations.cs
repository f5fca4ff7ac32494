using System.Runtime.CompilerServices;
using Quern.Kernels;

namespace Quern.Tensors;

// What layers, losses and optimizers ask of a device beyond the operations of tensors. Shapes have been checked by the
// layer. A device may lack some of these: it then says so.
public abstract partial class Device
{
    // result = x > 0 ? x : slope * x; and back, from the input.
    internal virtual void LeakyRelu(Tensor x, float slope, Tensor result) => throw Lacks();

    internal virtual void LeakyReluBackward(Tensor outputGradient, Tensor x, float slope, Tensor inputGradient) => throw Lacks();

    // result = x Φ(x), or its approximation with the hyperbolic tangent; and back, from the input.
    internal virtual void Gelu(Tensor x, bool approximate, Tensor result) => throw Lacks();

    internal virtual void GeluBackward(Tensor outputGradient, Tensor x, bool approximate, Tensor inputGradient) => throw Lacks();

    // result = x sigmoid(x); and back, from the input.
    internal virtual void Silu(Tensor x, Tensor result) => throw Lacks();

    internal virtual void SiluBackward(Tensor outputGradient, Tensor x, Tensor inputGradient) => throw Lacks();

    // Over the last axis; back from the output.
    internal virtual void Softmax(Tensor x, Tensor result) => throw Lacks();

    internal virtual void SoftmaxBackward(Tensor outputGradient, Tensor output, Tensor inputGradient) => throw Lacks();

    // Over rows as long as columns; mean and inverseDeviation, one number per row, are kept for the way back.
    internal virtual void LayerNorm(
        Tensor x, Tensor? weight, Tensor? bias, int columns, float epsilon, Tensor result, Tensor mean, Tensor inverseDeviation) => throw Lacks();

    // weightProduct = outputGradient times the normalised input: its column sums are the weight's gradient.
    internal virtual void LayerNormBackward(
        Tensor outputGradient,
        Tensor x,
        Tensor? weight,
        Tensor mean,
        Tensor inverseDeviation,
        int columns,
        Tensor inputGradient,
        Tensor? weightProduct) => throw Lacks();

    // result = x / (1 - probability) where the stream's 24-bit number for the element is at least probability, else 0.
    internal virtual void Dropout(Tensor x, ulong seed, ulong stream, double probability, Tensor result) => throw Lacks();

    // The losses write one number and, where it is given, the gradient with respect to output. All are sums times scale.
    internal virtual void Bce(Tensor output, Tensor target, double scale, Tensor loss, Tensor? inputGradient) => throw Lacks();

    internal virtual void BceWithLogits(Tensor output, Tensor target, double scale, Tensor loss, Tensor? inputGradient) => throw Lacks();

    // output is [rows, classes]; target is [rows], the numbers of classes, or [rows, classes].
    internal virtual void CrossEntropy(Tensor output, Tensor target, double scale, Tensor loss, Tensor? inputGradient) => throw Lacks();

    internal virtual void KlDivergence(
        Tensor mean, Tensor logVariance, double scale, Tensor loss, Tensor? meanGradient, Tensor? logVarianceGradient) => throw Lacks();

    // result, one number, = the sum of x² (+ result).
    internal virtual void SquaredNorm(Tensor x, Tensor result, bool accumulate) => throw Lacks();

    // x *= maxNorm / (√squaredNorm + 1e-6) where this is less than 1.
    internal virtual void ClipNorm(Tensor x, Tensor squaredNorm, float maxNorm) => throw Lacks();

    // x is seen as [batch, channels, inner]; mean and variance are one number per channel, the variance divides by batch · inner.
    internal virtual void BatchNormStatistics(Tensor x, int inner, Tensor mean, Tensor variance) => throw Lacks();

    // running += momentum * (statistic - running), for both statistics; the variance counts times n / (n - 1), with n = count.
    internal virtual void BatchNormRunning(
        Tensor mean, Tensor variance, long count, float momentum, Tensor runningMean, Tensor runningVariance) => throw Lacks();

    // result = (x - mean) / √(variance + epsilon) * weight + bias, channel by channel.
    internal virtual void BatchNorm(
        Tensor x, Tensor mean, Tensor variance, float epsilon, Tensor? weight, Tensor? bias, int inner, Tensor result) => throw Lacks();

    // The sums over each channel of outputGradient times the normalised input, and of outputGradient.
    internal virtual void BatchNormBackwardParameters(
        Tensor outputGradient, Tensor x, Tensor mean, Tensor variance, float epsilon, int inner, Tensor weightGradient, Tensor biasGradient) => throw Lacks();

    // The two sums are given where mean and variance came from x, and then have a part in the gradient.
    internal virtual void BatchNormBackward(
        Tensor outputGradient,
        Tensor x,
        Tensor mean,
        Tensor variance,
        float epsilon,
        Tensor? weight,
        Tensor? weightGradient,
        Tensor? biasGradient,
        int inner,
        Tensor inputGradient) => throw Lacks();

    // Pictures are [batch, channels, height, width]; the weight is [output channels, input channels, size, size].
    internal virtual void Conv2d(Tensor x, Tensor weight, Tensor? bias, in Window2d window, Tensor result) => throw Lacks();

    // With a bias, one number per input channel, this is the forward pass of a transposed convolution.
    internal virtual void Conv2dInputGradient(
        Tensor outputGradient, Tensor weight, Tensor? bias, in Window2d window, Tensor inputGradient) => throw Lacks();

    internal virtual void Conv2dWeightGradient(
        Tensor x, Tensor outputGradient, in Window2d window, Tensor weightGradient, bool accumulate) => throw Lacks();

    // result[channel] = the sum over batch and inner of x[batch, channel, inner] (+ result).
    internal virtual void ChannelSum(Tensor x, int inner, Tensor result, bool accumulate) => throw Lacks();

    // The first of several greatest numbers gets the gradient.
    internal virtual void MaxPool2d(Tensor x, in Window2d window, Tensor result) => throw Lacks();

    internal virtual void MaxPool2dBackward(Tensor outputGradient, Tensor x, in Window2d window, Tensor inputGradient) => throw Lacks();

    // Over the last two axes.
    internal virtual void UpsampleNearest(Tensor x, int factor, Tensor result) => throw Lacks();

    internal virtual void UpsampleNearestBackward(Tensor outputGradient, int factor, Tensor inputGradient) => throw Lacks();

    private NotSupportedException Lacks([CallerMemberName] string operation = "") =>
        new($"{operation}: {Name} does not offer this operation. Move the model to the processor: To(Device.Cpu).");
}
