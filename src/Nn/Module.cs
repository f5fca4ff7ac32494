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
    private readonly List<KeyValuePair<string, Parameter>> _parameters = [];
    private readonly List<KeyValuePair<string, BufferTensor>> _buffers = [];
    private readonly List<KeyValuePair<string, Module>> _children = [];
    private Parameter[]? _allParameters;

    /// <summary>The parameters of this module and of its children, in the order of registration.</summary>
    public IReadOnlyList<Parameter> Parameters => _allParameters ??= [.. NamedParameters.Select(named => named.Value)];

    /// <summary>The parameters with their names; a child's are preceded by its own name and a dot: <c>encoder_fc1.weight</c>.</summary>
    public IEnumerable<KeyValuePair<string, Parameter>> NamedParameters =>
        _parameters.Concat(_children.SelectMany(child =>
            child.Value.NamedParameters.Select(named => KeyValuePair.Create($"{child.Key}.{named.Key}", named.Value))));

    /// <summary>The tensors that belong to the state besides parameters, named in the same way: <c>norm.running_mean</c>.</summary>
    public IEnumerable<KeyValuePair<string, BufferTensor>> NamedBuffers =>
        _buffers.Concat(_children.SelectMany(child =>
            child.Value.NamedBuffers.Select(named => KeyValuePair.Create($"{child.Key}.{named.Key}", named.Value))));

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
    public virtual void BackwardParameters(Tensor outputGradient) => Backward(outputGradient);

    /// <summary>Puts the module and its children in training mode.</summary>
    public void Train() => SetTraining(true);

    /// <summary>Puts the module and its children in evaluation mode.</summary>
    public void Eval() => SetTraining(false);

    /// <summary>Takes the gradient of every parameter as zero.</summary>
    public void ZeroGradient()
    {
        foreach (Parameter parameter in (Parameter[])Parameters)
        {
            parameter.ZeroGradient();
        }
    }

    /// <summary>Moves the parameters and buffers to a device; gradients are lost.</summary>
    /// <param name="device">Where the module is to work.</param>
    /// <remarks>Make optimizers after the move: they keep their state on the device of the parameters.</remarks>
    public void To(Device device)
    {
        foreach (Parameter parameter in Parameters)
        {
            parameter.MoveTo(device);
        }

        foreach ((_, BufferTensor buffer) in NamedBuffers)
        {
            buffer.MoveTo(device);
        }
    }

    /// <summary>Makes a parameter part of this module.</summary>
    /// <param name="name">Its name within the module, without a dot: <c>weight</c>.</param>
    /// <param name="value">Its initial value.</param>
    /// <exception cref="ArgumentException">The name is empty, has a dot, or is taken.</exception>
    protected Parameter RegisterParameter(string name, Tensor value)
    {
        CheckName(name);
        Parameter parameter = new(value);
        _parameters.Add(KeyValuePair.Create(name, parameter));
        return parameter;
    }

    /// <summary>Makes a tensor part of this module's state: state files keep it, optimizers leave it alone.</summary>
    /// <param name="name">Its name within the module, without a dot: <c>running_mean</c>.</param>
    /// <param name="value">Its initial value, which the module changes in place.</param>
    /// <exception cref="ArgumentException">The name is empty, has a dot, or is taken.</exception>
    protected BufferTensor RegisterBuffer(string name, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        CheckName(name);
        BufferTensor buffer = new(value);
        _buffers.Add(KeyValuePair.Create(name, buffer));
        return buffer;
    }

    /// <summary>Makes another module part of this one.</summary>
    /// <param name="name">Its name within the module, without a dot: <c>encoder_fc1</c>.</param>
    /// <param name="child">The other module.</param>
    /// <exception cref="ArgumentException">The name is empty, has a dot, or is taken; or the child is part of this module already.</exception>
    protected T Register<T>(string name, T child)
        where T : Module
    {
        ArgumentNullException.ThrowIfNull(child);
        CheckName(name);
        if (_children.Any(named => named.Value == child))
        {
            throw new ArgumentException(
                $"{GetType().Name}: '{name}' is a layer that is already part of this module; a layer remembers one forward pass, so each place needs a layer of its own. Make a second {child.GetType().Name}.", nameof(child));
        }

        _children.Add(KeyValuePair.Create(name, (Module)child));
        return child;
    }

    private void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        bool taken = _parameters.Any(named => named.Key == name)
            || _buffers.Any(named => named.Key == name)
            || _children.Any(named => named.Key == name);
        if (taken || name.Contains('.'))
        {
            throw new ArgumentException(
                $"{GetType().Name}: the name '{name}' {(taken ? "is taken" : "has a dot, which separates a child's name from its parameter's")}. Choose another.", nameof(name));
        }

        _allParameters = null;
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
