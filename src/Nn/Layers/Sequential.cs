using Quern.Tensors;

namespace Quern.Nn;

/// <summary>Layers one after the other: each takes the output of the one before.</summary>
/// <remarks>
/// A <see cref="Linear"/> layer and the activation behind it run as one: bias and activation are applied while the product
/// is stored, and the backward product takes its result through the derivative of the activation below.
/// </remarks>
public sealed class Sequential : Module
{
    private readonly Module[] _layers;

    /// <summary>Makes a network of layers named by their position: <c>0</c>, <c>1</c>, … as in PyTorch.</summary>
    /// <param name="layers">The layers, the first to run first.</param>
    public Sequential(params ReadOnlySpan<Module> layers)
    {
        _layers = layers.ToArray();
        for (int i = 0; i < _layers.Length; i++)
        {
            Register($"{i}", _layers[i]);
        }
    }

    /// <summary>Makes a network of layers with names.</summary>
    /// <param name="layers">The layers with their names, the first to run first.</param>
    public Sequential(params ReadOnlySpan<(string Name, Module Layer)> layers)
    {
        _layers = new Module[layers.Length];
        for (int i = 0; i < _layers.Length; i++)
        {
            _layers[i] = Register(layers[i].Name, layers[i].Layer);
        }
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor output = input;
        for (int i = 0; i < _layers.Length; i++)
        {
            if (_layers[i] is Linear linear && i + 1 < _layers.Length && _layers[i + 1] is ActivationLayer activation)
            {
                output = linear.Forward(output, activation);
                i++;
            }
            else
            {
                output = _layers[i].Forward(output);
            }
        }

        return output;
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        return BackwardTo(0, outputGradient);
    }

    /// <inheritdoc/>
    public override void BackwardParameters(Tensor outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        if (_layers.Length > 0)
        {
            _layers[0].BackwardParameters(BackwardTo(1, outputGradient));
        }
    }

    // The gradient with respect to the input of one layer.
    private Tensor BackwardTo(int first, Tensor outputGradient)
    {
        Tensor gradient = outputGradient;
        for (int i = _layers.Length - 1; i >= first; i--)
        {
            if (_layers[i] is Linear linear && i > first && _layers[i - 1] is ActivationLayer below)
            {
                gradient = linear.Backward(gradient, below);
                i--;
            }
            else
            {
                gradient = _layers[i].Backward(gradient);
            }
        }

        return gradient;
    }
}
