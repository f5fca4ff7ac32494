using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// The cross entropy of a classifier, softmax included: the mean over the batch of -Σⱼ t[j] ln p[j], with p = softmax(x) and the output
/// x[batch, classes].
/// </summary>
/// <remarks>
/// <para>The target is [batch], the number of each sample's class (whole numbers from 0, as <see cref="Tensor.ArgMax(int, bool, Tensor?)"/> gives them), or
/// [batch, classes], the probabilities t.</para>
/// <para>Backward: ∂loss/∂x = (p · Σ t - t) / batch, with t 1 for the class and 0 elsewhere where classes are given.</para>
/// <para>A number that is no class is an <see cref="ArgumentException"/>. To find it on a GPU, the numbers are read back, which waits for
/// the device; probabilities are not.</para>
/// </remarks>
/// <param name="scale">A factor of the loss and its gradient, for a loss that is one of several terms.</param>
public sealed class CrossEntropyLoss(double scale = 1) : Loss
{
    /// <inheritdoc/>
    protected override void Compute(Tensor output, Tensor target, Tensor loss, Tensor? gradient)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(loss);
        output.Device.CrossEntropy(output, target, scale / output.Shape[0], loss, gradient);
    }

    /// <inheritdoc/>
    protected override void CheckShapes(Tensor output, Tensor target) => LayerChecks.Classifier(nameof(CrossEntropyLoss), output, target);
}
