using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>The mean squared error: the mean of (output - target)² over all elements.</summary>
/// <remarks>Backward: ∂loss/∂output = 2 (output - target) / n, with n the number of elements.</remarks>
public sealed class MseLoss
{
    private readonly Workspace _loss = new();
    private readonly Workspace _gradient = new();
    private Tensor? _lastGradient;

    /// <summary>Computes the loss, and in the same pass over memory its gradient.</summary>
    /// <param name="output">What the network gave.</param>
    /// <param name="target">What it should have given, of the same shape.</param>
    /// <param name="result">Where to write the loss, of shape [] or [1]; a tensor of this object's, reused, if not given.</param>
    /// <returns>The loss, one number. On a GPU it is computed by the time it is read.</returns>
    /// <exception cref="ShapeException">The shapes differ, or there are no elements.</exception>
    public Tensor Forward(Tensor output, Tensor target, Tensor? result = null)
    {
        Check(output, target);
        result ??= _loss.Get([], output.Device);
        _lastGradient = _gradient.Get(output.Shape, output.Device);
        output.Device.Mse(output, target, result, _lastGradient, Activation.None);
        return result;
    }

    /// <summary>Computes the loss alone, for validation.</summary>
    /// <inheritdoc cref="Forward"/>
    public Tensor Evaluate(Tensor output, Tensor target, Tensor? result = null)
    {
        Check(output, target);
        result ??= _loss.Get([], output.Device);
        output.Device.Mse(output, target, result, null, Activation.None);
        return result;
    }

    /// <summary>The gradient of the last loss with respect to the output that <see cref="Forward"/> was given.</summary>
    /// <returns>A tensor of the output's shape that belongs to this object until the next <see cref="Forward"/>.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public Tensor Backward() => _lastGradient ?? throw LayerChecks.NoForward(nameof(MseLoss));

    private static void Check(Tensor output, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        output.CheckSameDevice(nameof(MseLoss), target);
        if (output.Shape != target.Shape || output.ElementCount == 0)
        {
            throw new ShapeException($"MseLoss: the output has shape {output.Shape} and the target {target.Shape}; they must be equal and have elements.");
        }
    }
}
