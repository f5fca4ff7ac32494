using Quern.Tensors;

namespace Quern.Nn;

/// <summary>The share of samples whose class a network tells right, from 0 to 1.</summary>
/// <remarks>
/// The output is [batch, classes], of which the greatest number decides, and the target the numbers of the classes, [batch], or their
/// probabilities, [batch, classes]. Samples whose class is the ignored number do not count, as in <see cref="CrossEntropyLoss"/>.
/// </remarks>
/// <param name="ignoreIndex">The number in the target that marks a sample as having no class; give it as to the loss.</param>
public sealed class Accuracy(int ignoreIndex = -100) : Metric
{
    private long _right;
    private long _count;

    /// <inheritdoc/>
    public override string Name => "accuracy";

    /// <inheritdoc/>
    public override double Value => (double)_right / _count;

    /// <inheritdoc/>
    public override void Reset() => (_right, _count) = (0, 0);

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The shapes are not those of a classifier.</exception>
    public override void Add(Tensor output, Tensor target)
    {
        ReadOnlySpan<float> told = Classes.Told(nameof(Accuracy), output, target);
        ReadOnlySpan<float> expected = Classes.Expected(target);
        for (int i = 0; i < told.Length; i++)
        {
            if (!Classes.IsIgnored(target, expected[i], ignoreIndex))
            {
                _right += told[i] == expected[i] ? 1 : 0;
                _count++;
            }
        }
    }
}
