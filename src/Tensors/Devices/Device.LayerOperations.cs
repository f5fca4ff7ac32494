using Quern.Kernels;
using Quern.Kernels.Operators;

namespace Quern.Tensors;

// What layers, losses and optimizers ask of a device beyond the operations of tensors. The layer has checked shapes.
public abstract partial class Device
{
    // Over the last axis; back from the output.
    internal abstract void Softmax(Tensor x, Tensor result);

    internal abstract void SoftmaxBackward(Tensor outputGradient, Tensor output, Tensor inputGradient);

    // Over rows as long as columns; mean and inverseDeviation, one number per row, are kept for the way back.
    internal abstract void LayerNorm(
        Tensor x, Tensor? weight, Tensor? bias, int columns, float epsilon, Tensor result, Tensor mean, Tensor inverseDeviation);

    // weightProduct = outputGradient times the normalised input: its column sums are the weight's gradient.
    internal abstract void LayerNormBackward(
        Tensor outputGradient,
        Tensor x,
        Tensor? weight,
        Tensor mean,
        Tensor inverseDeviation,
        int columns,
        Tensor inputGradient,
        Tensor? weightProduct);

    // result = x / (1 - probability) where the stream's 24-bit number for the element is at least probability, else 0.
    internal abstract void Dropout(Tensor x, ulong seed, ulong stream, double probability, Tensor result);

    // loss, one number, = scale · the sum of TLoss over the elements; the gradients, where they are given, are scaled too.
    internal abstract void Loss<TLoss>(
        Tensor output, Tensor target, double scale, float parameter, Tensor loss, Tensor? outputGradient, Tensor? targetGradient)
        where TLoss : struct, ILossOperator;

    // As a loss; output is [rows, classes]; target is [rows], the numbers of classes, or [rows, classes].
    internal abstract void CrossEntropy(
        Tensor output, Tensor target, double scale, Tensor loss, Tensor? inputGradient, in CrossEntropyOptions options = default);

    // result, one number, = √(the sum of x² (+ result²)).
    internal abstract void Norm(Tensor x, Tensor result, bool accumulate);

    // x *= maxNorm / (norm + 1e-6) where this is less than 1.
    internal abstract void ClipNorm(Tensor x, Tensor norm, float maxNorm);

    // x is seen as [batch, channels, inner]; mean and variance are one number per channel, the variance divides by batch · inner.
    internal abstract void BatchNormStatistics(Tensor x, int inner, Tensor mean, Tensor variance);

    // running += momentum * (statistic - running), for both statistics; the variance counts times n / (n - 1), with n = count.
    internal abstract void BatchNormRunning(
        Tensor mean, Tensor variance, long count, float momentum, Tensor runningMean, Tensor runningVariance);

    // result = (x - mean) / √(variance + epsilon) * weight + bias, channel by channel.
    internal abstract void BatchNorm(
        Tensor x, Tensor mean, Tensor variance, float epsilon, Tensor? weight, Tensor? bias, int inner, Tensor result);

    // The sums over each channel of outputGradient times the normalised input, and of outputGradient.
    internal abstract void BatchNormBackwardParameters(
        Tensor outputGradient, Tensor x, Tensor mean, Tensor variance, float epsilon, int inner, Tensor weightGradient, Tensor biasGradient);

    // The two sums are given where mean and variance came from x, and then have a part in the gradient.
    internal abstract void BatchNormBackward(
        Tensor outputGradient,
        Tensor x,
        Tensor mean,
        Tensor variance,
        float epsilon,
        Tensor? weight,
        Tensor? weightGradient,
        Tensor? biasGradient,
        int inner,
        Tensor inputGradient);

    // Images are [batch, channels, height, width]; the weight is [output channels, input channels / groups, window height, window
    // width], so that the shapes give the number of groups. With one row neither need have an axis for it.
    // The epilogue's bias has a number for each channel of the result.
    internal abstract void Conv2d(Tensor x, Tensor weight, in Window2d window, Tensor result, in Epilogue<Tensor> epilogue);

    // With a bias this is the forward pass of a transposed convolution.
    internal abstract void Conv2dInputGradient(Tensor outputGradient, Tensor weight, in Window2d window, Tensor inputGradient, in Epilogue<Tensor> epilogue);

    // biasGradient[channel] = the sum of outputGradient over that channel, if it is wanted.
    internal abstract void Conv2dWeightGradient(
        Tensor x, Tensor outputGradient, in Window2d window, Tensor weightGradient, bool accumulate, Tensor? biasGradient, bool accumulateBias);

    // Conv2dWeightGradient, and where they are wanted Conv2d of x and the sums of x over each channel: the backward pass of a transposed convolution.
    internal virtual void Conv2dTransposeBackward(
        Tensor x,
        Tensor outputGradient,
        Tensor weight,
        in Window2d window,
        Tensor weightGradient,
        bool accumulate,
        Tensor? biasGradient,
        bool accumulateBias,
        Tensor? result,
        in Epilogue<Tensor> epilogue)
    {
        Conv2dWeightGradient(x, outputGradient, window, weightGradient, accumulate, null, false);
        if (biasGradient is not null)
        {
            ChannelSum(x, window.InputArea, biasGradient, accumulateBias);
        }

        if (result is not null)
        {
            Conv2d(x, weight, window, result, epilogue);
        }
    }

    // result[channel] = the sum over batch and inner of x[batch, channel, inner] (+ result).
    internal abstract void ChannelSum(Tensor x, int inner, Tensor result, bool accumulate);

    // The first of several greatest numbers gets the gradient.
    internal abstract void MaxPool2d(Tensor x, in Window2d window, Tensor result);

    internal abstract void MaxPool2dBackward(Tensor outputGradient, Tensor x, in Window2d window, Tensor inputGradient);

    // The elements of the window that lie on the padding count as zeros or not at all.
    internal abstract void AvgPool2d(Tensor x, in Window2d window, bool countPadding, Tensor result);

    internal abstract void AvgPool2dBackward(Tensor outputGradient, in Window2d window, bool countPadding, Tensor inputGradient);

    // Over the last two axes.
    internal abstract void UpsampleNearest(Tensor x, int factor, Tensor result);

    internal abstract void UpsampleNearestBackward(Tensor outputGradient, int factor, Tensor inputGradient);
}
