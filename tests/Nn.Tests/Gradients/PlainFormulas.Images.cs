namespace Quern.Nn.Tests.Gradients;

// Batch normalisation, convolution, pooling.
internal sealed partial class PlainFormulas
{
    /// <summary>Each channel of [batch, channels, …] normalised with the batch's own statistics, or with given ones.</summary>
    public PlainTensor BatchNorm(
        PlainTensor x, double epsilon, PlainTensor? weight = null, PlainTensor? bias = null, double[]? means = null, double[]? variances = null)
    {
        int channels = x.Shape[1];
        int inner = x.Values.Length / x.Shape[0] / channels;
        PlainTensor y = new(x.Shape);
        for (int channel = 0; channel < channels; channel++)
        {
            int[] places = [.. Enumerable.Range(0, x.Values.Length).Where(i => i / inner % channels == channel)];
            double mean = means?[channel] ?? places.Average(i => x.Values[i]);
            double variance = variances?[channel] ?? places.Average(i => Math.Pow(x.Values[i] - mean, 2));
            foreach (int i in places)
            {
                y.Values[i] = ((x.Values[i] - mean) / Math.Sqrt(variance + epsilon) * (weight?.Values[channel] ?? 1)) + (bias?.Values[channel] ?? 0);
            }
        }

        return y;
    }

    /// <summary>The convolution, summed place by place, with a weight [outputs, inputs / groups, height, width].</summary>
    public PlainTensor Conv2d(
        PlainTensor x, PlainTensor weight, PlainTensor? bias, Size2d? stride = null, Size2d padding = default, Size2d? dilation = null, int groups = 1)
    {
        (Size2d step, Size2d apart) = (stride ?? 1, dilation ?? 1);
        int height = Positions(x.Shape[2], weight.Shape[2], step.Height, padding.Height, apart.Height);
        int width = Positions(x.Shape[3], weight.Shape[3], step.Width, padding.Width, apart.Width);
        PlainTensor y = new([x.Shape[0], weight.Shape[0], height, width]);
        AddBias(y, bias);
        ForPlaces(y, x, weight, step, padding, apart, groups, (o, i, w) => y.Values[o] += x.Values[i] * weight.Values[w]);
        return y;
    }

    /// <summary>The transposed convolution, with a weight [inputs, outputs / groups, height, width].</summary>
    public PlainTensor ConvTranspose2d(
        PlainTensor x,
        PlainTensor weight,
        PlainTensor? bias,
        Size2d? stride = null,
        Size2d padding = default,
        Size2d outputPadding = default,
        Size2d? dilation = null,
        int groups = 1)
    {
        (Size2d step, Size2d apart) = (stride ?? 1, dilation ?? 1);
        int height = ((x.Shape[2] - 1) * step.Height) - (2 * padding.Height) + (apart.Height * (weight.Shape[2] - 1)) + outputPadding.Height + 1;
        int width = ((x.Shape[3] - 1) * step.Width) - (2 * padding.Width) + (apart.Width * (weight.Shape[3] - 1)) + outputPadding.Width + 1;
        PlainTensor y = new([x.Shape[0], weight.Shape[1] * groups, height, width]);
        AddBias(y, bias);
        ForPlaces(x, y, weight, step, padding, apart, groups, (i, o, w) => y.Values[o] += x.Values[i] * weight.Values[w]);
        return y;
    }

    /// <summary>The greatest of each window, with a kink where the greatest changes.</summary>
    public PlainTensor MaxPool2d(PlainTensor x, Size2d size, Size2d stride, Size2d padding = default, Size2d? dilation = null)
    {
        Size2d apart = dilation ?? 1;
        int height = Positions(x.Shape[2], size.Height, stride.Height, padding.Height, apart.Height);
        int width = Positions(x.Shape[3], size.Width, stride.Width, padding.Width, apart.Width);
        PlainTensor y = new([x.Shape[0], x.Shape[1], height, width]);
        for (int o = 0; o < y.Values.Length; o++)
        {
            int plane = o / (height * width), row = o / width % height, column = o % width;
            int best = -1;
            for (int k = 0; k < size.Height * size.Width; k++)
            {
                int i = (row * stride.Height) - padding.Height + (k / size.Width * apart.Height);
                int j = (column * stride.Width) - padding.Width + (k % size.Width * apart.Width);
                int at = (((plane * x.Shape[2]) + i) * x.Shape[3]) + j;
                bool inside = i >= 0 && i < x.Shape[2] && j >= 0 && j < x.Shape[3];
                best = inside && (best < 0 || x.Values[at] > x.Values[best]) ? at : best;
            }

            Sides = (Sides ^ (ulong)best) * 1099511628211;
            y.Values[o] = x.Values[best];
        }

        return y;
    }

    /// <summary>The mean of each window, of all its elements or of those within the picture.</summary>
    public PlainTensor AvgPool2d(PlainTensor x, Size2d size, Size2d stride, Size2d padding = default, bool countPadding = true)
    {
        int height = Positions(x.Shape[2], size.Height, stride.Height, padding.Height, 1);
        int width = Positions(x.Shape[3], size.Width, stride.Width, padding.Width, 1);
        PlainTensor y = new([x.Shape[0], x.Shape[1], height, width]);
        for (int o = 0; o < y.Values.Length; o++)
        {
            int plane = o / (height * width), row = o / width % height, column = o % width, count = 0;
            for (int k = 0; k < size.Height * size.Width; k++)
            {
                int i = (row * stride.Height) - padding.Height + (k / size.Width), j = (column * stride.Width) - padding.Width + (k % size.Width);
                bool inside = i >= 0 && i < x.Shape[2] && j >= 0 && j < x.Shape[3];
                count += inside || countPadding ? 1 : 0;
                y.Values[o] += inside ? x.Values[(((plane * x.Shape[2]) + i) * x.Shape[3]) + j] : 0;
            }

            y.Values[o] /= count;
        }

        return y;
    }

    /// <summary>A formula of pictures on sequences [batch, channels, length], which are pictures of one row.</summary>
    public PlainTensor OfOneRow(PlainTensor x, Func<PlainTensor, PlainTensor> formula)
    {
        PlainTensor y = formula(new PlainTensor([x.Shape[0], x.Shape[1], 1, x.Shape[2]], x.Values));
        return new PlainTensor([y.Shape[0], y.Shape[1], y.Shape[3]], y.Values);
    }

    /// <summary>Each number as a square.</summary>
    public PlainTensor Upsample(PlainTensor x, int factor)
    {
        int height = x.Shape[2] * factor, width = x.Shape[3] * factor;
        PlainTensor y = new([x.Shape[0], x.Shape[1], height, width]);
        for (int o = 0; o < y.Values.Length; o++)
        {
            int plane = o / (height * width), row = o / width % height, column = o % width;
            y.Values[o] = x.Values[(((plane * x.Shape[2]) + (row / factor)) * x.Shape[3]) + (column / factor)];
        }

        return y;
    }

    private static void AddBias(PlainTensor y, PlainTensor? bias)
    {
        int inner = y.Shape[2] * y.Shape[3];
        for (int i = 0; bias is not null && i < y.Values.Length; i++)
        {
            y.Values[i] = bias.Values[i / inner % y.Shape[1]];
        }
    }

    private static int Positions(int length, int size, int stride, int padding, int dilation) =>
        ((length + (2 * padding) - (dilation * (size - 1)) - 1) / stride) + 1;

    // Every place of the small picture with every place of the large one that its window sees, and the weight between them.
    private static void ForPlaces(
        PlainTensor small, PlainTensor large, PlainTensor weight, Size2d stride, Size2d padding, Size2d dilation, int groups, Action<int, int, int> action)
    {
        int height = weight.Shape[2], width = weight.Shape[3], channels = weight.Shape[1], depth = channels * height * width;
        for (int s = 0; s < small.Values.Length; s++)
        {
            int column = s % small.Shape[3], row = s / small.Shape[3] % small.Shape[2];
            int output = s / small.Shape[3] / small.Shape[2] % small.Shape[1], sample = s / small.Shape[3] / small.Shape[2] / small.Shape[1];
            int first = output / (small.Shape[1] / groups) * channels;
            for (int w = 0; w < depth; w++)
            {
                int l = w % width, k = w / width % height, channel = first + (w / width / height);
                int i = (row * stride.Height) - padding.Height + (k * dilation.Height);
                int j = (column * stride.Width) - padding.Width + (l * dilation.Width);
                if (i >= 0 && i < large.Shape[2] && j >= 0 && j < large.Shape[3])
                {
                    int at = (((((sample * large.Shape[1]) + channel) * large.Shape[2]) + i) * large.Shape[3]) + j;
                    action(s, at, (output * depth) + w);
                }
            }
        }
    }
}
