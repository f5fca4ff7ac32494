using Quern.Tensors;

namespace Quern.Nn;

/// <summary>A tensor that a forward pass keeps for the backward pass, with the number of writes to its memory by then.</summary>
internal struct KeptTensor
{
    private Tensor? _tensor;
    private int _version;

    /// <summary>Keeps a tensor as it is now.</summary>
    public void Keep(Tensor tensor)
    {
        _tensor = tensor;
        _version = tensor.Version;
    }

    /// <summary>Takes what was written since as no change.</summary>
    public void Accept() => _version = _tensor?.Version ?? 0;

    /// <summary>The tensor, which still holds what it held.</summary>
    /// <param name="module">Whose backward pass asks for it.</param>
    /// <param name="name">What it is, for the error: <c>input</c>.</param>
    /// <exception cref="InvalidOperationException">It was written since.</exception>
    public readonly Tensor Get(Module module, string name)
    {
        Tensor tensor = _tensor ?? throw LayerChecks.NoForward(module.Label);
        return tensor.Version == _version ? tensor : throw Written(module.Label, name, tensor.Shape);
    }

    /// <inheritdoc cref="Get(Module, string)"/>
    public readonly Tensor Get(string label, string name)
    {
        Tensor tensor = _tensor ?? throw LayerChecks.NoForward(label);
        return tensor.Version == _version ? tensor : throw Written(label, name, tensor.Shape);
    }

    private static InvalidOperationException Written(string label, string name, Shape shape)
    {
        string remedy = name switch
        {
            "input" => "Call Backward before the input is written, or give Forward a Clone() of it",
            "output" => "Call Backward before the output is written, or write to a Clone() of it",
            "gradient" => "Call Forward again, or change a Clone() of the gradient",
            _ => $"Call Backward before the {name} changes: before the optimizer's Step, or Load",
        };
        return new($"{label}.Backward: the {name} of the last Forward, of shape {shape}, was written since, and the backward pass needs it as it was. {remedy}.");
    }
}
