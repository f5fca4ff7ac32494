using System.Globalization;
using System.Text;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>How often a classifier takes each class for each other one. Its value is the accuracy.</summary>
/// <remarks>Samples whose class is the ignored number do not count, as in <see cref="CrossEntropyLoss"/>.</remarks>
public sealed class ConfusionMatrix : Metric
{
    private readonly long[,] _counts;
    private readonly int _ignoreIndex;

    /// <summary>Makes an empty matrix.</summary>
    /// <param name="classes">How many classes there are: at least 2.</param>
    /// <param name="ignoreIndex">The number in the target that marks a sample as having no class; give it as to the loss.</param>
    public ConfusionMatrix(int classes, int ignoreIndex = -100)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ClassCount = classes;
        _ignoreIndex = ignoreIndex;
        _counts = new long[classes, classes];
    }

    /// <inheritdoc/>
    public override string Name => "confusion";

    /// <summary>How many classes there are.</summary>
    public int ClassCount { get; }

    /// <summary>How many samples of one class the network took for another, or the same.</summary>
    /// <param name="expected">The class that is right.</param>
    /// <param name="told">The class that the network told.</param>
    public long this[int expected, int told] => _counts[expected, told];

    /// <summary>The accuracy: the share of samples on the diagonal.</summary>
    public override double Value
    {
        get
        {
            long right = 0, count = 0;
            for (int i = 0; i < ClassCount; i++)
            {
                right += _counts[i, i];
                count += Row(i);
            }

            return (double)right / count;
        }
    }

    /// <summary>Of the samples that were taken for a class, the share that are of it.</summary>
    /// <param name="label">The class.</param>
    public double Precision(int label)
    {
        long told = 0;
        for (int i = 0; i < ClassCount; i++)
        {
            told += _counts[i, label];
        }

        return (double)_counts[label, label] / told;
    }

    /// <summary>Of the samples of a class, the share that were taken for it.</summary>
    /// <param name="label">The class.</param>
    public double Recall(int label) => (double)_counts[label, label] / Row(label);

    /// <inheritdoc/>
    public override void Reset() => Array.Clear(_counts);

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The shapes are not those of a classifier, or the output has another number of classes.</exception>
    /// <exception cref="ArgumentException">A target is not the number of a class.</exception>
    public override void Add(Tensor output, Tensor target)
    {
        float[] told = Classes.Told(nameof(ConfusionMatrix), output, target);
        if (output.Shape[1] != ClassCount)
        {
            throw new ShapeException($"ConfusionMatrix: the output has shape {output.Shape}; the matrix has {ClassCount} classes.");
        }

        float[] expected = Classes.Expected(target);
        for (int i = 0; i < told.Length; i++)
        {
            if (Classes.IsIgnored(target, expected[i], _ignoreIndex))
            {
                continue;
            }

            if (!(expected[i] >= 0 && expected[i] < ClassCount && expected[i] == (int)expected[i]))
            {
                throw new ArgumentException($"ConfusionMatrix: the target of sample {i} is {expected[i]}; expected the number of a class, from 0 to {ClassCount - 1}.", nameof(target));
            }

            _counts[(int)expected[i], (int)told[i]]++;
        }
    }

    /// <summary>A table: a row for each class, with the counts of what it was taken for.</summary>
    public override string ToString()
    {
        int width = 1;
        foreach (long count in _counts)
        {
            width = Math.Max(width, count.ToString(CultureInfo.InvariantCulture).Length);
        }

        width = Math.Max(width, (ClassCount - 1).ToString(CultureInfo.InvariantCulture).Length) + 1;
        StringBuilder text = new("    ");
        for (int told = 0; told < ClassCount; told++)
        {
            text.Append(told.ToString(CultureInfo.InvariantCulture).PadLeft(width));
        }

        for (int expected = 0; expected < ClassCount; expected++)
        {
            text.Append('\n').Append(expected.ToString(CultureInfo.InvariantCulture).PadLeft(4));
            for (int told = 0; told < ClassCount; told++)
            {
                text.Append(_counts[expected, told].ToString(CultureInfo.InvariantCulture).PadLeft(width));
            }
        }

        return text.ToString();
    }

    private long Row(int expected)
    {
        long count = 0;
        for (int told = 0; told < ClassCount; told++)
        {
            count += _counts[expected, told];
        }

        return count;
    }
}
