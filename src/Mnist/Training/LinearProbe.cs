using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Training;

/// <summary>
/// How much of the labels can be read off the codes by one linear layer: a softmax regression is trained on codes of training images
/// and tried on those of validation images. The autoencoder has never seen a label.
/// </summary>
public static class LinearProbe
{
    // All images where the code is of a usual size.
    private const int MaxNumbers = 1 << 22;
    private const int BatchSize = 500;
    private const int Steps = 2000;
    private const double LearningRate = 0.02;

    /// <summary>The share of validation images that are told right, from 0 to 1; null where a code is not finite.</summary>
    /// <param name="model">The autoencoder; it is left in evaluation mode.</param>
    /// <param name="data">The images with their labels; all training images are used where codes are no longer than 69 numbers. The same data give the same share.</param>
    public static double? Accuracy(ImageAutoencoder model, DataSplits data)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        int count = Math.Min(MaxNumbers / Math.Min(model.Bottleneck, MaxNumbers), data.Train.Count);
        Tensor train = model.Encode(data.Train, count);
        Tensor validation = model.Encode(data.Validation, data.Validation.Count);
        return IsFinite(train) && IsFinite(validation)
            ? Accuracy(train, data.Train.Labels[..count], validation, data.Validation.Labels, data.Train.ClassCount)
            : null;

        static bool IsFinite(Tensor codes)
        {
            foreach (float number in codes.AsSpan())
            {
                if (!float.IsFinite(number))
                {
                    return false;
                }
            }

            return true;
        }
    }

    // The codes, [images, width], are changed.
    internal static double Accuracy(Tensor train, ReadOnlySpan<byte> trainLabels, Tensor validation, ReadOnlySpan<byte> validationLabels, int classes)
    {
        int width = train.Shape[1];
        Standardize(train.AsSpan(), validation.AsSpan(), width);
        int[] order = new int[trainLabels.Length];
        BatchOrder.Shuffle(0, 0, order);
        Tensor codes = Tensor.Zeros([Math.Min(BatchSize, order.Length), width]);
        Tensor labels = Tensor.Zeros([codes.Shape[0]]);
        Linear layer = new(width, classes, new Generator(0));
        Adam optimizer = new(layer.Parameters, LearningRate);
        int batches = (order.Length + BatchSize - 1) / BatchSize;
        CosineSchedule schedule = new(optimizer, Steps);
        CrossEntropyLoss loss = new();
        for (int step = 0; step < Steps; step++)
        {
            int first = step % batches * BatchSize;
            int length = Math.Min(BatchSize, order.Length - first);
            for (int i = 0; i < length; i++)
            {
                int image = order[first + i];
                train.AsSpan().Slice(image * width, width).CopyTo(codes.AsSpan()[(i * width)..]);
                labels.AsSpan()[i] = trainLabels[image];
            }

            loss.Forward(layer.Forward(codes.Rows(0, length)), labels.Rows(0, length));
            optimizer.ZeroGradient();
            layer.BackwardParameters(loss.Backward());
            optimizer.Step();
            schedule.Step();
        }

        float[] told = layer.Forward(validation).ArgMax(1).ToArray();
        int right = 0;
        for (int i = 0; i < told.Length; i++)
        {
            right += told[i] == validationLabels[i] ? 1 : 0;
        }

        return (double)right / told.Length;
    }

    // Each number of a code to mean 0 and deviation 1 over the training images, so that one step size suits all.
    private static void Standardize(Span<float> train, Span<float> validation, int width)
    {
        for (int column = 0; column < width; column++)
        {
            double sum = 0;
            double squares = 0;
            for (int i = column; i < train.Length; i += width)
            {
                sum += train[i];
                squares += (double)train[i] * train[i];
            }

            double count = (double)train.Length / width;
            double mean = sum / count;
            double variance = (squares / count) - (mean * mean);
            double scale = variance > 0 ? 1 / Math.Sqrt(variance) : 1;
            Standardize(train, column, width, mean, scale);
            Standardize(validation, column, width, mean, scale);
        }
    }

    private static void Standardize(Span<float> codes, int column, int width, double mean, double scale)
    {
        for (int i = column; i < codes.Length; i += width)
        {
            codes[i] = (float)((codes[i] - mean) * scale);
        }
    }
}
