using Quern.Tensors;

namespace Quern.Nn;

/// <summary>A measure of how far a network's output is from its target, with its gradient.</summary>
/// <remarks>
/// Where the loss is a mean over elements, give the formula of one to <see cref="ElementWiseLoss{TLoss}"/>; for any other derive from this
/// class and write <see cref="Compute"/>.
/// </remarks>
public abstract class Loss
{
    private readonly Workspace _gradient = new();
    private readonly Passes _passes;
    private readonly string _name;
    private KeptTensor _lastGradient;

    /// <summary>Makes a loss.</summary>
    protected Loss()
    {
        // Asking the type again at each call would now and then allocate.
        _name = GetType() is { IsGenericType: true } type ? type.GenericTypeArguments[0].Name : GetType().Name;
        _passes = new Passes(() => _name);
    }

    /// <summary>Computes the loss, and in the same pass over memory its gradient.</summary>
    /// <param name="output">The output of the network.</param>
    /// <param name="target">What the output should have been.</param>
    /// <param name="result">The tensor to write the loss to, of shape [] or [1]; a new one if omitted. With one, nothing is allocated.</param>
    /// <returns>The loss, one number. On a GPU it is computed by the time it is read.</returns>
    /// <exception cref="ShapeException">The shapes do not belong together, or there are no elements, or <paramref name="result"/> is not one number.</exception>
    /// <exception cref="DeviceException">The tensors live on different devices.</exception>
    /// <exception cref="ArgumentException"><paramref name="result"/> shares memory with another tensor of the call.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in a pass of this object; <see cref="Evaluate"/> serves any number.</exception>
    public Tensor Forward(Tensor output, Tensor target, Tensor? result = null)
    {
        Check(output, target);
        using Passes.Turn turn = _passes.Enter(nameof(Forward));
        result = Result(output, target, result);
        Tensor gradient = _gradient.Get(output.Shape, output.Device);
        Tensor.CheckApart(_name, gradient, result, "the gradient");
        Compute(output, target, result, gradient);
        _lastGradient.Keep(gradient);
        _passes.Forwarded();
        return result;
    }

    /// <summary>Computes the loss alone, for validation.</summary>
    /// <inheritdoc cref="Forward"/>
    public Tensor Evaluate(Tensor output, Tensor target, Tensor? result = null)
    {
        Check(output, target);
        result = Result(output, target, result);
        Compute(output, target, result, null);
        return result;
    }

    /// <summary>The gradient of the last loss with respect to the output that <see cref="Forward"/> was given.</summary>
    /// <returns>A tensor of the output's shape that belongs to this object until the next <see cref="Forward"/>.</returns>
    /// <exception cref="InvalidOperationException">
    /// There was no forward pass, or more than one since the last backward pass; or the gradient was written since.
    /// </exception>
    public Tensor Backward()
    {
        using Passes.Turn turn = _passes.EnterBackward("Evaluate computes a loss alone");
        return _lastGradient.Get(_name, "gradient");
    }

    internal void ForgetPasses() => _passes.Forget();

    /// <summary>Computes the loss of operands that were checked, and its gradient where that is wanted.</summary>
    /// <param name="output">The output of the network.</param>
    /// <param name="target">What the output should have been.</param>
    /// <param name="loss">The tensor to write the loss to: one number.</param>
    /// <param name="gradient">The tensor to write the gradient with respect to the output to, of the output's shape; null if it is not wanted.</param>
    protected abstract void Compute(Tensor output, Tensor target, Tensor loss, Tensor? gradient);

    /// <summary>Checks that the shapes belong together: here that they are equal and have elements, as most losses want it.</summary>
    /// <param name="output">The output of the network.</param>
    /// <param name="target">What the output should have been.</param>
    /// <exception cref="ShapeException">They do not.</exception>
    protected virtual void CheckShapes(Tensor output, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        if (output.Shape != target.Shape || output.ElementCount == 0)
        {
            throw new ShapeException(
                $"{_name}: the output has shape {output.Shape} and the target {target.Shape}; they must be equal and have elements.");
        }
    }

    private void Check(Tensor output, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        output.CheckSameDevice(_name, target);
        CheckShapes(output, target);
    }

    private Tensor Result(Tensor output, Tensor target, Tensor? result)
    {
        if (result is null)
        {
            return Tensor.Result([], output.Device);
        }

        LayerChecks.Scalar(_name, result, output.Device);
        Tensor.CheckApart(_name, output, result, "the output");
        Tensor.CheckApart(_name, target, result, "the target");
        result.CountWrite();
        return result;
    }
}
