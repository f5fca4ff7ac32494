using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// A layer, or a network of layers, with a forward pass and a backward pass written by hand.
/// </summary>
/// <remarks>
/// <para>In training, as at first, <see cref="Forward"/> keeps what <see cref="Backward"/> needs, so each backward pass belongs to the
/// forward pass before it. The tensors that both return belong to the layer and are overwritten by its next pass:
/// <see cref="Tensor.Clone"/> what must last. A module in training is used by one thread at a time. Layers refuse a second thread, a
/// backward pass after two forward passes, and one that needs what was written since.</para>
/// <para>After <see cref="Eval"/>, <see cref="Forward"/> keeps nothing and may be called from any number of threads at once; what it
/// returns is the caller's and is never overwritten.</para>
/// <para>To write a layer of your own, register its parameters and children in the constructor and write both passes; let Forward write to
/// fields and to a <see cref="Workspace"/> only where <see cref="KeepsForBackward"/> is true.</para>
/// </remarks>
public abstract partial class Module
{
    private readonly Passes _passes;
    private string? _name;
    private Shape? _outputShape;

    /// <summary>Makes a module without parameters and children, in training mode.</summary>
    protected Module()
    {
        _passes = new Passes(() => Label);
    }

    /// <summary>Whether the module is in training mode, as it is at first, rather than in evaluation mode. Some layers behave differently in each.</summary>
    public bool IsTraining { get; private set; } = true;

    /// <summary>
    /// Whether <see cref="Forward"/> keeps what <see cref="Backward"/> needs: in training, and where <see cref="Eval"/> was asked to.
    /// Otherwise it writes to nothing that the module has, so that any number of threads may be in it.
    /// </summary>
    public bool KeepsForBackward { get; private set; } = true;

    // The kind of module and the name that it was first registered under, for errors.
    internal string Label => _name is null ? GetType().Name : $"{GetType().Name} '{_name}'";

    // Whether a forward pass keeps neither its input nor its output, and the output is new, the input, or a view of it.
    internal virtual bool KeepsNothing => false;

    /// <summary>Computes the module's output.</summary>
    /// <param name="input">The input; the first axis is the batch.</param>
    /// <returns>The output: in training it belongs to the module until its next forward pass, in evaluation it is the caller's.</returns>
    public abstract Tensor Forward(Tensor input);

    /// <summary>Backpropagates a gradient through the module, adding to the gradient of each parameter.</summary>
    /// <param name="outputGradient">The gradient of the loss with respect to the last output, of its shape.</param>
    /// <returns>The gradient with respect to the last input, which belongs to the module until its next backward pass.</returns>
    /// <exception cref="InvalidOperationException">
    /// There was no forward pass, or more than one since the last backward pass; what it kept was written since; or another thread is in a pass.
    /// </exception>
    public abstract Tensor Backward(Tensor outputGradient);

    /// <summary>
    /// <see cref="Backward"/> without the gradient with respect to the input, which the first layer of a network need not
    /// compute.
    /// </summary>
    /// <param name="outputGradient">The gradient of the loss with respect to the last output, of its shape.</param>
    /// <exception cref="InvalidOperationException">As <see cref="Backward"/>.</exception>
    public virtual void BackwardParameters(Tensor outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        Backward(outputGradient);
    }

    /// <summary>Puts the module and its children in training mode.</summary>
    /// <remarks>Forward passes without a backward pass are forgotten, here and by <see cref="Eval"/>.</remarks>
    public void Train() => SetMode(training: true, keepsForBackward: true);

    /// <summary>Puts the module and its children in evaluation mode, in which any number of threads may call <see cref="Forward"/> at once.</summary>
    /// <param name="keepForBackward">
    /// Lets <see cref="Backward"/> follow, as in training, so that one thread at a time may use the module: for the gradients of a network as
    /// it is used, or for a layer within a network in training that acts as in evaluation, such as batch norm with fixed statistics.
    /// </param>
    public void Eval(bool keepForBackward = false) => SetMode(training: false, keepForBackward);

    /// <summary>Marks the gradient of every parameter as zero.</summary>
    public void ZeroGradient()
    {
        foreach (Parameter parameter in AllParameters())
        {
            parameter.ZeroGradient();
        }
    }

    /// <summary>Moves the parameters and buffers to a device; gradients are lost.</summary>
    /// <param name="device">The device to move to.</param>
    /// <remarks>Make optimizers after the move: they keep their state on the device of the parameters.</remarks>
    public void To(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        foreach (Parameter parameter in Parameters)
        {
            parameter.MoveTo(device);
        }

        foreach ((_, BufferTensor buffer) in NamedBuffers)
        {
            buffer.MoveTo(device);
        }
    }

    /// <summary>Begins a forward pass that keeps something; the turn ends when it is disposed.</summary>
    private protected Passes.Turn BeginForward() => _passes.Enter(nameof(Forward));

    /// <summary>The forward pass has kept all it has to.</summary>
    private protected void EndForward(Tensor output)
    {
        KeepShape(output);
        _passes.Forwarded();
    }

    /// <summary>Notes the shape of the output, for <see cref="Summary"/>.</summary>
    /// <returns>The output.</returns>
    private protected Tensor KeepShape(Tensor output)
    {
        _outputShape = output.Shape;
        return output;
    }

    /// <summary>Begins a backward pass of a layer.</summary>
    private protected Passes.Turn BeginBackward(Tensor outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        return KeepsForBackward
            ? _passes.EnterBackward("for passes without one, call Eval() first, or make a second module")
            : throw new InvalidOperationException(
                $"{Label}.Backward: the module is in evaluation, in which Forward keeps nothing for Backward. Call Train(), or Eval(keepForBackward: true), before Forward.");
    }

    /// <summary>Begins a backward pass of a module that keeps nothing itself.</summary>
    private protected Passes.Turn BeginBackwardOfChildren(Tensor outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        return _passes.Enter(nameof(Backward));
    }

    /// <summary>From here on there was no forward pass of this module and its children.</summary>
    internal void ForgetPasses()
    {
        _passes.Forget();
        foreach (KeyValuePair<string, Module> child in _children)
        {
            child.Value.ForgetPasses();
        }

        foreach (Module follower in _followers)
        {
            follower.ForgetPasses();
        }
    }

    private void SetMode(bool training, bool keepsForBackward)
    {
        IsTraining = training;
        KeepsForBackward = keepsForBackward;
        _passes.Forget();
        foreach (KeyValuePair<string, Module> child in _children)
        {
            child.Value.SetMode(training, keepsForBackward);
        }

        foreach (Module follower in _followers)
        {
            follower.SetMode(training, keepsForBackward);
        }
    }
}
