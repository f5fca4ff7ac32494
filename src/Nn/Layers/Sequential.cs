using System.Collections;
using System.Globalization;
using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>Layers in sequence: each takes the output of the one before.</summary>
/// <remarks>
/// A <see cref="Linear"/> layer or a convolution and the activation behind it run as one: bias and activation are applied while the product
/// is stored, and the backward product takes its result through the derivative of the activation below. So they do with a <see cref="Flatten"/> or
/// <see cref="Unflatten"/> between them. In evaluation the memory of
/// what lies between two layers of this library goes back to the pool as soon as the second has read it.
/// </remarks>
public sealed class Sequential : Module, IEnumerable<Module>, ISequentialModule
{
    private readonly List<Module> _layers = [];

    /// <summary>Makes a network without layers, which returns its input; <see cref="Add(Module)"/> gives it some.</summary>
    public Sequential()
    {
    }

    /// <summary>Makes a network of layers named by their position: <c>0</c>, <c>1</c>, … as in PyTorch.</summary>
    /// <param name="layers">The layers, in the order in which they run.</param>
    public Sequential(params ReadOnlySpan<Module> layers)
    {
        foreach (Module layer in layers)
        {
            Add(layer);
        }
    }

    /// <summary>Makes a network of layers with names.</summary>
    /// <param name="layers">The layers with their names, in the order in which they run.</param>
    public Sequential(params ReadOnlySpan<(string Name, Module Layer)> layers)
    {
        foreach ((string name, Module layer) in layers)
        {
            Add(name, layer);
        }
    }

    /// <summary>The number of layers.</summary>
    public int Count => _layers.Count;

    IEnumerable<Module> ISequentialModule.Layers => _layers;

    /// <summary>A layer by its position; <c>network[^1]</c> is the last to run.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public Module this[int index] => (uint)index < (uint)_layers.Count ? _layers[index]
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"Sequential: the network has {_layers.Count} layers, numbered from 0.");

    /// <summary>Appends a layer, named by its position.</summary>
    /// <param name="layer">The layer, which runs after those before. Optimizers that were made before do not know its parameters.</param>
    /// <exception cref="ArgumentException">The layer is part of this network already.</exception>
    public void Add(Module layer) => Add(_layers.Count.ToString(CultureInfo.InvariantCulture), layer);

    /// <summary>Appends a layer with a name.</summary>
    /// <param name="name">Its name within the network, without a dot.</param>
    /// <param name="layer">The layer, which runs after those before. Optimizers that were made before do not know its parameters.</param>
    /// <exception cref="ArgumentException">The name is empty, has a dot, or is taken; or the layer is part of this network already.</exception>
    public void Add(string name, Module layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        _layers.Add(Register(name, layer));
    }

    /// <summary>The layers, in the order in which they run.</summary>
    public IEnumerator<Module> GetEnumerator() => _layers.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal override bool KeepsNothing
    {
        get
        {
            foreach (Module layer in _layers)
            {
                if (!layer.KeepsNothing)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!KeepsForBackward)
        {
            return Evaluate(input);
        }

        using Passes.Turn turn = BeginForward();
        Tensor output = input;
        for (int i = 0; i < _layers.Count; i++)
        {
            Tensor before = output;
            output = Forward(before, ref i);
            if (ReferenceEquals(output, before) && i > 0 && _layers[i] is Relu { IsInPlace: true } && _layers[i - 1] is ActivationLayer below)
            {
                below.AcceptReluInPlace();
            }
        }

        return KeepShape(output);
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackwardOfChildren(outputGradient);
        return BackwardTo(0, outputGradient);
    }

    /// <inheritdoc/>
    public override void BackwardParameters(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackwardOfChildren(outputGradient);
        if (_layers.Count > 0)
        {
            _layers[0].BackwardParameters(BackwardTo(1, outputGradient));
        }
    }

    private Tensor Evaluate(Tensor input)
    {
        Tensor output = input;

        // Whether nobody else knows of the output's memory.
        bool isOwn = false;
        for (int i = 0; i < _layers.Count; i++)
        {
            Tensor before = output;
            bool keepsNothing = _layers[i].KeepsNothing;
            output = Forward(before, ref i);
            keepsNothing &= _layers[i].KeepsNothing;
            if (output.Memory == before.Memory)
            {
                isOwn &= keepsNothing;
                continue;
            }

            if (isOwn && keepsNothing)
            {
                before.Memory.Release();
            }

            isOwn = keepsNothing;
        }

        return output;
    }

    // One layer, or those that run as one, and then i is that of the last.
    private Tensor Forward(Tensor input, ref int i)
    {
        Module module = _layers[i];
        if (module is not IActivatedLayer layer || ActivationBehind(i) is not { } place || _layers[place].KeepsForBackward != module.KeepsForBackward)
        {
            return module.Forward(input);
        }

        ActivationLayer activation = (ActivationLayer)_layers[place];
        Tensor output = layer.Forward(input, activation);
        if (place > i + 1)
        {
            output = _layers[i + 1].Forward(output);
            if (activation.KeepsForBackward)
            {
                activation.KeepReshaped(output);
            }
        }

        i = place;
        return output;
    }

    // The place of the activation behind a layer, with no more than a change of shape between them.
    private int? ActivationBehind(int i)
    {
        int place = i + 1 < _layers.Count && _layers[i + 1] is Flatten or Unflatten ? i + 2 : i + 1;
        return place < _layers.Count && _layers[place] is ActivationLayer { Kind: not Activation.None } ? place : null;
    }

    // The gradient with respect to the input of one layer.
    private Tensor BackwardTo(int first, Tensor outputGradient)
    {
        Tensor gradient = outputGradient;
        for (int i = _layers.Count - 1; i >= first; i--)
        {
            int below = i > first && _layers[i - 1] is Flatten or Unflatten ? i - 2 : i - 1;
            if (_layers[i] is IActivatedLayer layer && below >= first && _layers[below] is ActivationLayer { Kind: not Activation.None } activation)
            {
                gradient = layer.Backward(gradient, activation);
                if (below < i - 1)
                {
                    gradient = _layers[i - 1].Backward(gradient);
                }

                i = below;
            }
            else
            {
                gradient = _layers[i].Backward(gradient);
            }
        }

        return gradient;
    }
}
