using System.Globalization;
using Quern.Tensors;

namespace Quern.Nn;

// What an optimizer remembers between steps, out and in.
public abstract partial class Optimizer
{
    private readonly string[] _stateNames;
    private readonly Tensor[]?[] _state;

    /// <summary>
    /// The state that the optimizer keeps for each parameter, under the parameter's index and PyTorch's name: <c>0.exp_avg</c>. A
    /// parameter that no step has changed yet has nothing.
    /// </summary>
    /// <remarks>The tensors are those that the next step changes. With them belong <see cref="StepCount"/> and the parameters.</remarks>
    public IEnumerable<KeyValuePair<string, Tensor>> State =>
        Enumerable.Range(0, _parameters.Length).SelectMany(
            place => (_state[place] ?? []).Select((tensor, i) => KeyValuePair.Create(StateName(place, i), tensor)));

    /// <summary>Restores the state of an optimizer of the same kind, with the same parameters in the same order.</summary>
    /// <param name="state">What <see cref="State"/> gave, on any device; it is copied.</param>
    /// <param name="stepCount">What <see cref="StepCount"/> was: zero or more.</param>
    /// <exception cref="StateFileException">A name or shape is not this optimizer's; the message says which, and nothing was changed.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="stepCount"/> is negative.</exception>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state, long stepCount)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentOutOfRangeException.ThrowIfNegative(stepCount);
        Tensor[]?[] found = [.. Enumerable.Range(0, _parameters.Length).Select(place => Find(state, place))];
        HashSet<string> known = [.. Enumerable.Range(0, _parameters.Length).SelectMany(place => _stateNames.Select((_, i) => StateName(place, i)))];
        if (state.Keys.FirstOrDefault(name => !known.Contains(name)) is { } unexpected)
        {
            throw new StateFileException(
                $"{GetType().Name}.LoadState: there is no '{unexpected}'; each of the {_parameters.Length} parameters has {string.Join(" and ", _stateNames)}. Load it into the kind of optimizer that it came from.");
        }

        for (int place = 0; place < found.Length; place++)
        {
            _state[place] = null;
            if (found[place] is { } tensors)
            {
                Tensor[] copies = States(place);
                for (int i = 0; i < copies.Length; i++)
                {
                    copies[i].CopyFrom(tensors[i]);
                }
            }
        }

        StepCount = stepCount;
    }

    /// <summary>What is kept for a parameter, in the order of the names that the constructor was given; zeros at first.</summary>
    /// <param name="index">The parameter's index.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such parameter.</exception>
    protected IReadOnlyList<Tensor> StateOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _parameters.Length);
        return States(index);
    }

    private Tensor[] States(int place)
    {
        return _state[place] ??= Make(_parameters[place].Value, _stateNames.Length);

        static Tensor[] Make(Tensor parameter, int count)
        {
            Tensor[] tensors = new Tensor[count];
            for (int i = 0; i < count; i++)
            {
                tensors[i] = Tensor.Zeros(parameter.Shape, parameter.Device);
            }

            return tensors;
        }
    }

    private Tensor[]? Find(IReadOnlyDictionary<string, Tensor> state, int place)
    {
        Shape shape = _parameters[place].Value.Shape;
        List<Tensor> tensors = [];
        for (int i = 0; i < _stateNames.Length; i++)
        {
            string name = StateName(place, i);
            if (state.TryGetValue(name, out Tensor? tensor))
            {
                tensors.Add(tensor.Shape == shape ? tensor : throw new StateFileException(
                    $"{GetType().Name}.LoadState: '{name}' has shape {tensor.Shape}, and the parameter {shape}; they must be equal. Make the parameters as they were when the state was saved."));
            }
        }

        return tensors.Count == 0 ? null
            : tensors.Count == _stateNames.Length ? [.. tensors]
            : throw new StateFileException(
                $"{GetType().Name}.LoadState: parameter {place} has only some of {string.Join(" and ", _stateNames)}; it needs all or none. Is the state complete?");
    }

    private string StateName(int place, int i) => string.Create(CultureInfo.InvariantCulture, $"{place}.{_stateNames[i]}");
}
