using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Models;

/// <summary>
/// Puts an encoder or a decoder together: behind each hidden layer come batch norm, activation and dropout, as the options ask, and
/// each layer gets its initial weights.
/// </summary>
/// <param name="part">What the names of the layers begin with: <c>encoder</c> makes <c>encoder_fc1</c>.</param>
/// <param name="options">The options.</param>
/// <param name="weights">The generator of the initial weights.</param>
/// <param name="draws">The generator of dropout's choices.</param>
/// <param name="register">Makes a layer part of the model under a name.</param>
/// <param name="device">The device of the layers.</param>
internal sealed class LayerStack(
    string part, AutoencoderOptions options, Generator weights, Generator draws, Action<string, Module> register, Device? device)
{
    private readonly List<Module> _layers = [];
    private int _hidden;

    /// <summary>Hidden layers fc1, fc2 and so on, from each of these widths to the next.</summary>
    public LayerStack Hidden(ReadOnlySpan<int> widths)
    {
        for (int i = 1; i < widths.Length; i++)
        {
            Hidden($"fc{i}", new Linear(widths[i - 1], widths[i], weights, device: device));
        }

        return this;
    }

    public LayerStack Hidden(string name, Linear layer) =>
        AddHidden(name, layer, layer.Weight, layer.Bias, options.BatchNorm ? new BatchNorm1d(layer.Outputs, device: device) : null);

    public LayerStack Hidden(string name, Conv2d layer) =>
        AddHidden(name, layer, layer.Weight, layer.Bias, options.BatchNorm ? new BatchNorm2d(layer.Outputs, device: device) : null);

    public LayerStack Hidden(string name, ConvTranspose2d layer) =>
        AddHidden(name, layer, layer.Weight, layer.Bias, options.BatchNorm ? new BatchNorm2d(layer.Outputs, device: device) : null);

    /// <summary>A layer whose output is not hidden.</summary>
    public LayerStack Last(string name, Linear layer) => AddLast(name, layer, layer.Weight, layer.Bias);

    public LayerStack Last(string name, ConvTranspose2d layer) => AddLast(name, layer, layer.Weight, layer.Bias);

    /// <summary>A layer without parameters.</summary>
    public LayerStack Then(Module? layer)
    {
        if (layer is not null)
        {
            _layers.Add(layer);
        }

        return this;
    }

    public Sequential ToSequential() => new([.. _layers]);

    private LayerStack AddHidden(string name, Module layer, Parameter weight, Parameter? bias, BatchNorm? norm)
    {
        _hidden++;
        Module activation = MakeActivation();
        Add(name, layer);
        Initialize(layer, weight, bias, options.Activation is HiddenActivation.Gelu or HiddenActivation.Silu ? MathF.Sqrt(2) : Initializers.Gain(activation));
        if (norm is not null)
        {
            Add($"bn{_hidden}", norm);
        }

        _layers.Add(activation);
        if (options.Dropout > 0)
        {
            Add($"dropout{_hidden}", new Dropout(draws, options.Dropout));
        }

        return this;
    }

    private LayerStack AddLast(string name, Module layer, Parameter weight, Parameter? bias)
    {
        Add(name, layer);
        Initialize(layer, weight, bias, 1);
        return this;
    }

    private void Add(string name, Module layer)
    {
        register($"{part}_{name}", layer);
        _layers.Add(layer);
    }

    private void Initialize(Module layer, Parameter weight, Parameter? bias, float gain)
    {
        if (options.Initializer == WeightInitializer.Kaiming)
        {
            Initializers.KaimingUniform(weight.Value, weights, gain);
        }
        else if (layer is not Linear)
        {
            // A linear layer begins so by itself.
            Initializers.GlorotUniform(weight.Value, weights);
        }

        bias?.Value.Fill(0);
    }

    private Module MakeActivation() => options.Activation switch
    {
        HiddenActivation.Relu => new Relu(),
        HiddenActivation.LeakyRelu => new LeakyRelu(),
        HiddenActivation.Gelu => new Gelu(),
        HiddenActivation.Silu => new Silu(),
        HiddenActivation.Tanh => new Tanh(),
        var other => throw new ArgumentOutOfRangeException(nameof(options), other, $"AutoencoderOptions: there is no activation {other}."),
    };
}
