using Quern.Tensors;

namespace Quern.Nn;

/// <summary>The share of samples whose class a network tells right, from 0 to 1.</summary>
/// <remarks>
/// The output is [batch, classes], of which the greatest number decides, and the target the numbers of the classes, [batch], or their
/// probabilities, [batch, classes].
/// </remarks>
public sealed class Accuracy : Metric
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
            _right += told[i] == expected[i] ? 1 : 0;
        }

        _count += told.Length;
    }
}
