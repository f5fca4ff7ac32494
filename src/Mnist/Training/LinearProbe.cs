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
        float[] train = model.Encode(data.Train, count).ToArray();
        float[] validation = model.Encode(data.Validation, data.Validation.Count).ToArray();
        return train.All(float.IsFinite) && validation.All(float.IsFinite)
            ? Accuracy(train, data.Train.Labels[..count], validation, data.Validation.Labels, model.Bottleneck, data.Train.ClassCount)
            : null;
    }

    internal static double Accuracy(
        float[] trainCodes, ReadOnlySpan<byte> trainLabels, float[] validationCodes, ReadOnlySpan<byte> validationLabels, int width, int classes)
    {
        Standardize(trainCodes, validationCodes, width);
        var (codes, labels) = Shuffled(trainCodes, trainLabels, width);
        Linear layer = new(width, classes, new Generator(0));
        Adam optimizer = new(layer.Parameters, LearningRate);
        int batches = (labels.Shape[0] + BatchSize - 1) / BatchSize;
        CosineSchedule schedule = new(optimizer, Steps);
        CrossEntropyLoss loss = new();
        for (int step = 0; step < Steps; step++)
        {
            int first = step % batches * BatchSize;
            int length = Math.Min(BatchSize, labels.Shape[0] - first);
            loss.Forward(layer.Forward(codes.Rows(first, length)), labels.Rows(first, length));
            optimizer.ZeroGradient();
            layer.BackwardParameters(loss.Backward());
            optimizer.Step();
            schedule.Step();
        }

        float[] told = layer.Forward(Tensor.From(validationCodes, [validationLabels.Length, width])).ArgMax(1).ToArray();
        int right = 0;
        for (int i = 0; i < told.Length; i++)
        {
            right += told[i] == validationLabels[i] ? 1 : 0;
        }

        return (double)right / told.Length;
    }

    // Each number of a code to mean 0 and deviation 1 over the training images, so that one step size suits all.
    private static void Standardize(float[] train, float[] validation, int width)
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
            foreach (float[] codes in (float[][])[train, validation])
            {
                for (int i = column; i < codes.Length; i += width)
                {
                    codes[i] = (float)((codes[i] - mean) * scale);
                }
            }
        }
    }

    private static (Tensor Codes, Tensor Labels) Shuffled(float[] codes, ReadOnlySpan<byte> labels, int width)
    {
        int[] order = new int[labels.Length];
        BatchOrder.Shuffle(0, 0, order);
        float[] shuffledCodes = new float[codes.Length];
        float[] shuffledLabels = new float[labels.Length];
        for (int i = 0; i < order.Length; i++)
        {
            codes.AsSpan(order[i] * width, width).CopyTo(shuffledCodes.AsSpan(i * width));
            shuffledLabels[i] = labels[order[i]];
        }

        return (Tensor.From(shuffledCodes, [order.Length, width]), Tensor.From(shuffledLabels, [order.Length]));
    }
}
