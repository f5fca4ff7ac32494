using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// The cross entropy of a classifier, softmax included: the mean over the batch of -Σⱼ q[j] ln p[j], with p = softmax(x), the output
/// x[batch, classes], and q[j] = w[j] · ((1 - s) · t[j] + s / classes), with class weights w and label smoothing s.
/// </summary>
/// <remarks>
/// <para>The target is [batch], the number of each sample's class (whole numbers from 0, as <see cref="Tensor.ArgMax(int, bool, Tensor?)"/> gives them), or
/// [batch, classes], the probabilities t. With numbers of classes, t is 1 for the class and 0 elsewhere, and the mean is weighted: the sum is divided by that of
/// w over the samples' classes. With probabilities it is divided by the batch.</para>
/// <para>Samples whose class is <c>ignoreIndex</c> have no part in the sum or the mean, and their gradient is 0. In a batch of nothing else the loss is 0
/// (PyTorch's is not a number).</para>
/// <para>Backward: ∂loss/∂x = (p · Σ q - q) / n, with n what the sum is divided by.</para>
/// <para>A number that is no class is an <see cref="ArgumentException"/>. To find it on a GPU, the numbers are read back, which waits for
/// the device; probabilities are not. Formulas, names and defaults are PyTorch's; label smoothing: Szegedy and others, 2016.</para>
/// </remarks>
public sealed class CrossEntropyLoss : Loss
{
    private readonly double _scale;
    private readonly float[]? _hostWeight;
    private readonly int _ignoreIndex;
    private readonly double _labelSmoothing;
    private Tensor? _weight;

    /// <summary>Makes a loss.</summary>
    /// <param name="scale">A factor of the loss and its gradient, for a loss that is one of several terms.</param>
    /// <param name="weight">A weight for each class, [classes], of which a copy is kept; null for ones.</param>
    /// <param name="ignoreIndex">The number in the target that marks a sample as having no class.</param>
    /// <param name="labelSmoothing">The share of each sample that goes to all classes alike: from 0 to 1.</param>
    /// <exception cref="ShapeException">The weights are not [classes].</exception>
    /// <exception cref="ArgumentException">A weight is negative or not a finite number.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="labelSmoothing"/> is not from 0 to 1.</exception>
    public CrossEntropyLoss(double scale = 1, Tensor? weight = null, int ignoreIndex = -100, double labelSmoothing = 0)
    {
        if (!(labelSmoothing is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(labelSmoothing), labelSmoothing, $"CrossEntropyLoss: the label smoothing is {labelSmoothing}; it must be from 0 to 1.");
        }

        if (weight is not null)
        {
            _weight = CheckWeight(weight).Clone();
            _hostWeight = weight.ToArray();
            if (Array.FindIndex(_hostWeight, value => !(value >= 0 && float.IsFinite(value))) is var wrong and >= 0)
            {
                throw new ArgumentException($"CrossEntropyLoss: the weight of class {wrong} is {_hostWeight[wrong]}; weights must be finite numbers of at least 0.", nameof(weight));
            }
        }

        _scale = scale;
        _ignoreIndex = ignoreIndex;
        _labelSmoothing = labelSmoothing;
    }

    /// <inheritdoc/>
    protected override void Compute(Tensor output, Tensor target, Tensor loss, Tensor? gradient)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(loss);

        // Another thread may have taken them to another device meanwhile.
        Tensor? weight = _weight;
        if (weight is not null && weight.Device != output.Device)
        {
            _weight = weight = weight.To(output.Device);
        }

        output.Device.CrossEntropy(
            output, target, _scale, loss, gradient, new CrossEntropyOptions(weight, _hostWeight, _labelSmoothing, _ignoreIndex, IsMean: true));
    }

    /// <inheritdoc/>
    protected override void CheckShapes(Tensor output, Tensor target)
    {
        LayerChecks.Classifier(nameof(CrossEntropyLoss), output, target);
        if (_hostWeight is not null && _hostWeight.Length != output.Shape[1])
        {
            throw new ShapeException(
                $"CrossEntropyLoss: the output has shape {output.Shape}, {output.Shape[1]} classes, and the loss was made with weights of {_hostWeight.Length}. Make it with a weight for each class.");
        }
    }

    private static Tensor CheckWeight(Tensor weight) => weight.Rank == 1 && weight.ElementCount > 0
        ? weight
        : throw new ShapeException($"CrossEntropyLoss: the weights have shape {weight.Shape}; they must be [classes].");
}
