using BiasLayout = Quern.Kernels.Gpu.MatMulLauncher.BiasLayout;
using LeftSums = Quern.Kernels.Gpu.MatMulLauncher.LeftSums;
using Operand = Quern.Kernels.Gpu.MatMulLauncher.Operand;

namespace Quern.Kernels.Gpu;

/// <summary>
/// Runs convolutions, as matrix products with the pictures' <see cref="Columns"/>, a run of samples at a time. Every sum has an order that
/// depends on the sizes alone, so that results are the same every time. The same for every driver.
/// </summary>
/// <param name="driver">The device.</param>
/// <param name="matMul">What runs the products.</param>
/// <param name="reductions">What adds up the parts of a weight's gradient.</param>
internal sealed class Conv2dLauncher(GpuDriver driver, MatMulLauncher matMul, ReductionLauncher reductions)
{
    // So many numbers of columns at a time, unless one sample has more: a processor's stay in its caches, a GPU's fill it.
    private const int ProcessorColumns = 1 << 18;
    private const int GpuColumns = 1 << 25;

    // A weight's gradient is summed up in at most so many parts of so many numbers in all.
    private const int MaxPartials = 512;
    private const int MaxPartialLength = 1 << 22;

    // Rows of columns begin at multiples of this, which is what products read best.
    private const int RowAlignment = MatMul.StripColumns;

    private readonly Scratch _columns = new(driver);
    private readonly Scratch _partials = new(driver);

    /// <summary>y[s, o, i, j] = bias[o] + Σ weight[o, c, k, l] · x[s, c, i · stride - padding + k · dilation, j · stride - padding + l · dilation].</summary>
    /// <param name="x">The pictures, [batch, input channels, input height, input width].</param>
    /// <param name="weight">The weight, [output channels, input channels / groups, window height, window width].</param>
    /// <param name="epilogue">A bias for each output channel, and what is done to each number before it is stored.</param>
    /// <param name="inputChannels">The channels of <paramref name="x"/>: at least 1.</param>
    /// <param name="outputChannels">The channels of <paramref name="y"/>: at least 1.</param>
    /// <param name="window">How the window moves; it has at least one position.</param>
    /// <param name="y">The result, [batch, output channels, output height, output width]; it must not overlap an operand.</param>
    /// <param name="groups">Into how many groups the channels fall: a divisor of both.</param>
    /// <exception cref="ArgumentException">The window does not fit the pictures, or a sample has more columns than an int counts.</exception>
    public void Forward(
        GpuView<float> x, GpuView<float> weight, in Epilogue<GpuView<float>> epilogue, int inputChannels, int outputChannels, in Window2d window, GpuView<float> y, int groups = 1)
    {
        Check("Conv2d.Forward", inputChannels, outputChannels, groups, window);
        int depth = inputChannels / groups * window.Area;
        int outputs = outputChannels / groups;
        int sampleLength = outputChannels * window.OutputArea;
        int batch = (int)(y.Length / sampleLength);
        int samples = SamplesAtOnce(groups * depth, window);
        for (int first = 0; first < batch; first += samples)
        {
            int count = Math.Min(samples, batch - first);
            Operand columns = GatherColumns(x, first, count, inputChannels, window);
            Convolve(columns, weight, epilogue, first, count, groups, outputs, depth, window.OutputArea, y);
        }
    }

    /// <summary>The loss's derivative with respect to the pictures; or the forward pass of a transposed convolution, with a bias.</summary>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [batch, output channels, output height, output width].</param>
    /// <param name="weight">The weight, [output channels, input channels / groups, window height, window width].</param>
    /// <param name="epilogue">A bias for each input channel, and what is done to each number before it is stored.</param>
    /// <param name="inputChannels">The channels of the pictures: at least 1.</param>
    /// <param name="outputChannels">The channels of the output: at least 1.</param>
    /// <param name="window">How the window moves; it has at least one position.</param>
    /// <param name="inputGradient">The result, [batch, input channels, input height, input width]; it must not overlap an operand.</param>
    /// <param name="groups">Into how many groups the channels fall: a divisor of both.</param>
    /// <exception cref="ArgumentException">The window does not fit the pictures, or a sample has more columns than an int counts.</exception>
    public void InputGradient(
        GpuView<float> outputGradient,
        GpuView<float> weight,
        in Epilogue<GpuView<float>> epilogue,
        int inputChannels,
        int outputChannels,
        in Window2d window,
        GpuView<float> inputGradient,
        int groups = 1)
    {
        Check("Conv2d.InputGradient", inputChannels, outputChannels, groups, window);
        int depth = inputChannels / groups * window.Area;
        int outputs = outputChannels / groups;
        int positions = window.OutputArea;
        int sampleLength = inputChannels * window.InputArea;
        int batch = (int)(inputGradient.Length / sampleLength);
        bool areThePicture = AreThePicture(window);
        int samples = SamplesAtOnce(groups * depth, window);
        for (int first = 0; first < batch; first += samples)
        {
            int count = Math.Min(samples, batch - first);
            GpuView<float> pictures = inputGradient.Slice((long)first * sampleLength, (long)count * sampleLength);
            Epilogue<GpuView<float>> ofSamples = OfSamples(epilogue, first, count, sampleLength);
            GpuView<float> columns = areThePicture ? pictures : _columns.Get((long)count * groups * depth * positions);
            Multiply(
                count, groups, depth, positions, outputs, new Operand(weight, 1, depth, 0), outputs * depth,
                Output(outputGradient, first, count, outputChannels, positions), outputs * positions,
                columns, groups * depth * positions, accumulate: false, areThePicture ? ofSamples : default);
            if (!areThePicture)
            {
                Columns.LaunchScatter(
                    driver, PlaneRun.Covering(driver, (long)count * inputChannels, window.InputArea), columns, ofSamples.Bias, inputChannels,
                    window.Rows, window.Columns, (int)ofSamples.Activation, ofSamples.GradientOutput, (int)ofSamples.GradientActivation,
                    PlaneRun.Length(driver, window.InputArea), pictures);
            }
        }
    }

    /// <summary>The loss's derivatives with respect to the weight and the bias, or these added to the results.</summary>
    /// <param name="x">The pictures, [batch, input channels, input height, input width].</param>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [batch, output channels, output height, output width].</param>
    /// <param name="inputChannels">The channels of the pictures: at least 1.</param>
    /// <param name="outputChannels">The channels of the output: at least 1.</param>
    /// <param name="window">How the window moves; it has at least one position.</param>
    /// <param name="weightGradient">The result, [output channels, input channels / groups, window height, window width]; it must not overlap an operand.</param>
    /// <param name="accumulate">Whether to add to the result instead of replacing it.</param>
    /// <param name="biasGradient">Receives the sums of each output channel, or <see langword="default"/> if they are not wanted.</param>
    /// <param name="accumulateBias">Whether to add to them instead of replacing them.</param>
    /// <param name="groups">Into how many groups the channels fall: a divisor of both.</param>
    /// <exception cref="ArgumentException">The window does not fit the pictures, or a sample has more columns than an int counts.</exception>
    public void WeightGradient(
        GpuView<float> x,
        GpuView<float> outputGradient,
        int inputChannels,
        int outputChannels,
        in Window2d window,
        GpuView<float> weightGradient,
        bool accumulate,
        GpuView<float> biasGradient = default,
        bool accumulateBias = false,
        int groups = 1) =>
        Backward(
            x, outputGradient, default, inputChannels, outputChannels, window, weightGradient, accumulate, biasGradient, accumulateBias, default, default, transposed: false, groups);

    /// <summary>
    /// As <see cref="WeightGradient"/>, and the convolution of the pictures as well: the backward pass of a transposed convolution, whose columns
    /// both need.
    /// </summary>
    /// <param name="x">The pictures, [batch, input channels, input height, input width].</param>
    /// <param name="outputGradient">The other operand of the weight's gradient, [batch, output channels, output height, output width].</param>
    /// <param name="weight">The weight, or <see langword="default"/> where no convolution is wanted.</param>
    /// <param name="inputChannels">The channels of the pictures: at least 1.</param>
    /// <param name="outputChannels">The channels of the output: at least 1.</param>
    /// <param name="window">How the window moves; it has at least one position.</param>
    /// <param name="weightGradient">The weight's gradient; it must not overlap an operand.</param>
    /// <param name="accumulate">Whether to add to it instead of replacing it.</param>
    /// <param name="biasGradient">
    /// Receives the sums of each output channel, or of each input channel where transposed; <see langword="default"/> if they are not wanted.
    /// </param>
    /// <param name="accumulateBias">Whether to add to them instead of replacing them.</param>
    /// <param name="epilogue">What is done to each number of the convolution before it is stored.</param>
    /// <param name="y">The convolution, as large as the output, or <see langword="default"/> where none is wanted.</param>
    /// <param name="transposed">Whether the bias is that of the pictures' channels, which are then the layer's output.</param>
    /// <param name="groups">Into how many groups the channels fall: a divisor of both.</param>
    /// <exception cref="ArgumentException">The window does not fit the pictures, or a sample has more columns than an int counts.</exception>
    public void Backward(
        GpuView<float> x,
        GpuView<float> outputGradient,
        GpuView<float> weight,
        int inputChannels,
        int outputChannels,
        in Window2d window,
        GpuView<float> weightGradient,
        bool accumulate,
        GpuView<float> biasGradient,
        bool accumulateBias,
        in Epilogue<GpuView<float>> epilogue,
        GpuView<float> y,
        bool transposed,
        int groups)
    {
        Check("Conv2d.WeightGradient", inputChannels, outputChannels, groups, window);
        int depth = inputChannels / groups * window.Area;
        int outputs = outputChannels / groups;
        int positions = window.OutputArea;
        int length = outputChannels * depth;
        int sampleLength = outputChannels * positions;
        int batch = (int)(outputGradient.Length / sampleLength);

        // Each part sums up every so many-th sample; the parts are added in order. Behind the parts of the weight are those of the bias.
        int sumsLength = (int)biasGradient.Length;
        int parts = Math.Min(Math.Min(batch, SamplesAtOnce(groups * depth, window)), Math.Clamp(MaxPartialLength / (length + sumsLength), 1, MaxPartials));
        GpuView<float> partials = _partials.Get((long)parts * (length + sumsLength));
        GpuView<float> sums = partials.Slice((long)parts * length, (long)parts * sumsLength);
        for (int first = 0; first < batch; first += parts)
        {
            int count = Math.Min(parts, batch - first);
            Operand columns = GatherColumns(x, first, count, inputChannels, window);
            Multiply(
                count, groups, outputs, depth, positions,
                Output(outputGradient, first, count, outputChannels, positions), outputs * positions,
                columns with { Row = columns.Column, Column = columns.Row }, columns.Batch / groups,
                partials.Slice(0, (long)count * length), length, accumulate: first > 0, default,
                transposed ? default : new LeftSums(sums.Slice(0, (long)count * sumsLength), first > 0, outputChannels));
            if (transposed)
            {
                int planes = count * sumsLength;
                GpuView<float> pictures = x.Slice((long)first * sumsLength * window.InputArea, (long)planes * window.InputArea);
                reductions.Sum(pictures, planes, window.InputArea, 1, 1, accumulate: first > 0, sums.Slice(0, planes));
            }

            if (y.Length > 0)
            {
                Convolve(columns, weight, epilogue, first, count, groups, outputs, depth, positions, y);
            }
        }

        reductions.SumBoth(partials, parts, accumulate, weightGradient, accumulateBias, biasGradient);
    }

    // Whether the columns would be the picture itself. A picture may be larger than its window needs: the output padding of a transposed convolution.
    private static bool AreThePicture(in Window2d window) =>
        IsThePicture(window.Rows) && IsThePicture(window.Columns);

    private static bool IsThePicture(in WindowAxis axis) => axis is { Size: 1, Stride: 1, Padding: 0 } && axis.Output == axis.Input;

    private static int RowLength(in Window2d window) => Division.RoundUp(window.OutputArea, RowAlignment) * RowAlignment;

    // Kernels number the elements of a sample with an int. Doubles do not overflow.
    private static void Check(string operation, int inputChannels, int outputChannels, int groups, in Window2d window)
    {
        ChannelGroups.Check(operation, inputChannels, outputChannels, groups);
        window.Check(operation);
        double area = window.LongArea;
        CheckCount(operation, "columns of a sample", inputChannels * area * ((double)window.OutputArea + RowAlignment));
        CheckCount(operation, "pictures of a sample", Math.Max((double)inputChannels * window.InputArea, (double)outputChannels * window.OutputArea));
        CheckCount(operation, "weight", inputChannels / groups * area * outputChannels);
    }

    private static void CheckCount(string operation, string what, double numbers)
    {
        if (numbers > int.MaxValue)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{operation}: the {what} would be {numbers:N0} numbers; a GPU kernel takes at most {int.MaxValue:N0}. Use smaller pictures, fewer channels or a larger stride, or the CPU."));
        }
    }

    private static Operand Output(GpuView<float> output, int first, int count, int channels, int positions)
    {
        int length = channels * positions;
        return new Operand(output.Slice((long)first * length, (long)count * length), positions, 1, length);
    }

    private int SamplesAtOnce(int depth, in Window2d window) =>
        (int)Math.Clamp((driver.IsProcessor ? ProcessorColumns : GpuColumns) / ((long)depth * RowLength(window)), 1, int.MaxValue);

    /// <summary>The convolution of so many samples, whose columns are there.</summary>
    private void Convolve(
        in Operand columns, GpuView<float> weight, in Epilogue<GpuView<float>> epilogue, int first, int count, int groups, int outputs, int depth, int positions, GpuView<float> y)
    {
        int sampleLength = groups * outputs * positions;
        Multiply(
            count, groups, outputs, positions, depth, new Operand(weight, depth, 1, 0), outputs * depth, columns, columns.Batch / groups,
            y.Slice((long)first * sampleLength, (long)count * sampleLength), sampleLength, accumulate: false, OfSamples(epilogue, first, count, sampleLength));
    }

    /// <summary>
    /// result = left · right for each sample and group, plus what it held if asked; the results of a sample's groups lie one after the other. That is
    /// one launch; with groups one for each sample, since a launch knows one distance from product to product.
    /// </summary>
    private void Multiply(
        int samples,
        int groups,
        int m,
        int n,
        int k,
        in Operand left,
        int leftGroup,
        in Operand right,
        int rightGroup,
        GpuView<float> result,
        int resultSample,
        bool accumulate,
        in Epilogue<GpuView<float>> epilogue,
        in LeftSums sums = default)
    {
        // The bias has a number for each row of a product here.
        if (groups == 1)
        {
            matMul.RunBatch(samples, m, n, k, left, right, result, resultSample, accumulate, epilogue, new BiasLayout(1, 0), sums);
            return;
        }

        long length = (long)groups * m * n;
        for (int sample = 0; sample < samples; sample++)
        {
            long start = (long)sample * resultSample;
            matMul.RunBatch(
                groups, m, n, k, OfSample(left, sample, leftGroup), OfSample(right, sample, rightGroup), result.Slice(start, length), m * n, accumulate,
                OfSamples(epilogue, sample, 1, resultSample), new BiasLayout(1, m),
                sums.Values.Length > 0 ? new LeftSums(sums.Values.Slice((long)sample * groups * m, groups * m), sums.Accumulate, m) : default);
        }
    }

    private static Epilogue<GpuView<float>> OfSamples(in Epilogue<GpuView<float>> epilogue, int first, int count, int sampleLength) => epilogue with
    {
        GradientOutput = epilogue.GradientOutput.Length > 0 ? epilogue.GradientOutput.Slice((long)first * sampleLength, (long)count * sampleLength) : default,
    };

    private static Operand OfSample(in Operand operand, int sample, int group)
    {
        long start = (long)sample * operand.Batch;
        return operand with { Values = operand.Values.Slice(start, operand.Values.Length - start), Batch = group };
    }

    private Operand GatherColumns(GpuView<float> x, int first, int count, int channels, in Window2d window)
    {
        int pictureLength = channels * window.InputArea;
        GpuView<float> pictures = x.Slice((long)first * pictureLength, (long)count * pictureLength);
        if (AreThePicture(window))
        {
            return new Operand(pictures, window.InputArea, 1, pictureLength);
        }

        int rows = channels * window.Area;
        int rowLength = RowLength(window);
        GpuView<float> columns = _columns.Get((long)count * rows * rowLength);
        Columns.LaunchGather(
            driver, PlaneRun.Covering(driver, (long)count * rows, window.OutputArea), pictures, window.Rows, window.Columns,
            rowLength, PlaneRun.Length(driver, window.OutputArea), columns);
        return new Operand(columns, rowLength, 1, rows * rowLength);
    }
}
