using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// A layer, or a network of layers, with a forward pass and a backward pass written by hand.
/// </summary>
/// <remarks>
/// <para><see cref="Forward"/> keeps what <see cref="Backward"/> needs, so each backward pass belongs to the forward pass
/// before it. The tensors that both return belong to the layer and are overwritten by its next pass:
/// <see cref="Tensor.Clone"/> what must last. A module is used by one thread at a time.</para>
/// <para>To write a layer of your own, register its parameters and children in the constructor and write both passes.</para>
/// </remarks>
public abstract partial class Module
{
    /// <summary>Whether the module is being trained, as it is at first, rather than evaluated. Some layers act differently then.</summary>
    public bool IsTraining { get; private set; } = true;

    /// <summary>Computes the module's output.</summary>
    /// <param name="input">The input; the first axis is the batch.</param>
    /// <returns>The output, which belongs to the module until its next forward pass.</returns>
    public abstract Tensor Forward(Tensor input);

    /// <summary>Takes a gradient back through the module: adds to the gradient of each parameter.</summary>
    /// <param name="outputGradient">The gradient of the loss with respect to the last output, of its shape.</param>
    /// <returns>The gradient with respect to the last input, which belongs to the module until its next backward pass.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public abstract Tensor Backward(Tensor outputGradient);

    /// <summary>
    /// <see cref="Backward"/> without the gradient with respect to the input, which the first layer of a network need not
    /// compute.
    /// </summary>
    /// <param name="outputGradient">The gradient of the loss with respect to the last output, of its shape.</param>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public virtual void BackwardParameters(Tensor outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        Backward(outputGradient);
    }

    /// <summary>Puts the module and its children in training mode.</summary>
    public void Train() => SetTraining(true);

    /// <summary>Puts the module and its children in evaluation mode.</summary>
    public void Eval() => SetTraining(false);

    /// <summary>Takes the gradient of every parameter as zero.</summary>
    public void ZeroGradient()
    {
        foreach (Parameter parameter in AllParameters())
        {
            parameter.ZeroGradient();
        }
    }

    /// <summary>Moves the parameters and buffers to a device; gradients are lost.</summary>
    /// <param name="device">Where the module is to work.</param>
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

    private void SetTraining(bool training)
    {
        IsTraining = training;
        foreach (KeyValuePair<string, Module> child in _children)
        {
            child.Value.SetTraining(training);
        }
    }
}
