using Quern.Kernels.Cpu.Convolution;
using Quern.Kernels.Cpu.ElementWise;

namespace Quern.Kernels.Cpu;

/// <summary>
/// The convolution (cross-correlation) of pictures [batch, channels, height, width] with a weight
/// [output channels, input channels / groups, window height, window width], with zeros outside. A transposed convolution is the same with forward
/// and input gradient exchanged.
/// </summary>
public static unsafe class Conv2d
{
    /// <summary>
    /// y[s, o, i, j] = bias[o] + Σ weight[o, c, k, l] · x[s, c, i · stride - padding + k · dilation, j · stride - padding + l · dilation]; with groups, an
    /// output channel sums over the input channels of its own group.
    /// </summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The pictures, [batch, input channels, input height, input width].</param>
    /// <param name="weight">The weight, [output channels, input channels / groups, window height, window width].</param>
    /// <param name="bias">A number for each output channel, or empty for 0.</param>
    /// <param name="inputChannels">The channels of <paramref name="x"/>: at least 1.</param>
    /// <param name="outputChannels">The channels of <paramref name="y"/>: at least 1.</param>
    /// <param name="window">How the window moves.</param>
    /// <param name="y">The result, [batch, output channels, output height, output width]; it must not overlap an operand.</param>
    /// <param name="groups">Into how many groups the channels fall, each joined with its own alone: a divisor of both.</param>
    /// <exception cref="ArgumentException">A length does not fit, or the result overlaps an operand.</exception>
    public static void Forward(
        WorkerPool pool,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        int inputChannels,
        int outputChannels,
        in Window2d window,
        Span<float> y,
        int groups = 1)
    {
        const string Operation = "Conv2d.Forward";
        ConvolutionShape shape = CheckLengths(Operation, x, y, weight, inputChannels, outputChannels, groups, window);
        Check.Length(Operation, nameof(bias), bias.Length, outputChannels, mayBeEmpty: true);
        CheckApart(Operation, x, weight, y);
        if (shape.Batch == 0)
        {
            return;
        }

        fixed (float* from = x, weights = weight, biases = bias, to = y)
        {
            Correlation.Forward(pool, shape, from, weights, biases, to);
        }
    }

    /// <summary>The loss's derivative with respect to the pictures; or the forward pass of a transposed convolution, with a bias.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [batch, output channels, output height, output width].</param>
    /// <param name="weight">The weight, [output channels, input channels / groups, window height, window width].</param>
    /// <param name="bias">A number for each input channel to start from, or empty for 0.</param>
    /// <param name="inputChannels">The channels of the pictures: at least 1.</param>
    /// <param name="outputChannels">The channels of the output: at least 1.</param>
    /// <param name="window">How the window moves.</param>
    /// <param name="inputGradient">The result, [batch, input channels, input height, input width]; it must not overlap an operand.</param>
    /// <param name="groups">Into how many groups the channels fall, each joined with its own alone: a divisor of both.</param>
    /// <exception cref="ArgumentException">A length does not fit, or the result overlaps an operand.</exception>
    public static void InputGradient(
        WorkerPool pool,
        ReadOnlySpan<float> outputGradient,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        int inputChannels,
        int outputChannels,
        in Window2d window,
        Span<float> inputGradient,
        int groups = 1)
    {
        const string Operation = "Conv2d.InputGradient";
        ConvolutionShape shape = CheckLengths(Operation, inputGradient, outputGradient, weight, inputChannels, outputChannels, groups, window);
        Check.Length(Operation, nameof(bias), bias.Length, inputChannels, mayBeEmpty: true);
        CheckApart(Operation, outputGradient, weight, inputGradient);
        if (shape.Batch == 0)
        {
            return;
        }

        fixed (float* gradient = outputGradient, weights = weight, biases = bias, to = inputGradient)
        {
            Correlation.InputGradient(pool, shape, gradient, weights, biases, to);
        }
    }

    /// <summary>The loss's derivative with respect to the weight, or that added to the result.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The pictures, [batch, input channels, input height, input width].</param>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [batch, output channels, output height, output width].</param>
    /// <param name="inputChannels">The channels of <paramref name="x"/>: at least 1.</param>
    /// <param name="outputChannels">The channels of the output: at least 1.</param>
    /// <param name="window">How the window moves.</param>
    /// <param name="weightGradient">The result, [output channels, input channels / groups, window height, window width]; it must not overlap an operand.</param>
    /// <param name="accumulate">Whether to add to the result instead of replacing it.</param>
    /// <param name="groups">Into how many groups the channels fall, each joined with its own alone: a divisor of both.</param>
    /// <exception cref="ArgumentException">A length does not fit, or the result overlaps an operand.</exception>
    public static void WeightGradient(
        WorkerPool pool,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> outputGradient,
        int inputChannels,
        int outputChannels,
        in Window2d window,
        Span<float> weightGradient,
        bool accumulate,
        int groups = 1)
    {
        const string Operation = "Conv2d.WeightGradient";
        ConvolutionShape shape = CheckLengths(Operation, x, outputGradient, weightGradient, inputChannels, outputChannels, groups, window);
        CheckApart(Operation, x, outputGradient, weightGradient);
        if (shape.Batch == 0)
        {
            if (!accumulate)
            {
                weightGradient.Clear();
            }

            return;
        }

        fixed (float* from = x, gradient = outputGradient, to = weightGradient)
        {
            WeightCorrelation.Run(pool, shape, from, gradient, to, accumulate);
        }
    }

    private static ConvolutionShape CheckLengths(
        string operation,
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> weight,
        int inputChannels,
        int outputChannels,
        int groups,
        in Window2d window)
    {
        ChannelGroups.Check(operation, inputChannels, outputChannels, groups);
        window.Check(operation);

        // These products may be longer than a long, let alone a span.
        Check.Length(operation, nameof(weight), weight.Length, (Int128)outputChannels * (inputChannels / groups) * window.LongArea);
        int batch = (int)(output.Length / ((long)outputChannels * window.OutputArea));
        Check.Length(operation, nameof(output), output.Length, (Int128)batch * outputChannels * window.OutputArea);
        Check.Length(operation, nameof(input), input.Length, (Int128)batch * inputChannels * window.InputArea);
        return new ConvolutionShape(batch, inputChannels, outputChannels, groups, window);
    }

    private static void CheckApart(string operation, ReadOnlySpan<float> first, ReadOnlySpan<float> second, ReadOnlySpan<float> result)
    {
        if (first.Overlaps(result) || second.Overlaps(result))
        {
            throw new ArgumentException($"{operation}: the result overlaps an operand. Pass another result.");
        }
    }
}
