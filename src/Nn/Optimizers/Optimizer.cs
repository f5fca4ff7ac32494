using Quern.Kernels.Operators;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>Changes parameters by their gradients.</summary>
/// <remarks>
/// To write an optimizer of your own, derive from this class and call <see cref="Update{TUpdate}"/> with the formula of one element in
/// <see cref="Step"/>. One that is not element-wise changes <see cref="Parameters"/> itself, with what <see cref="StateOf"/> keeps, and counts its
/// steps in <see cref="StepCount"/>.
/// </remarks>
public abstract partial class Optimizer
{
    private readonly Parameter[] _parameters;
    private readonly UpdateSlot[] _reached;

    /// <summary>Makes an optimizer.</summary>
    /// <param name="parameters">The parameters to change, on the device where they stay.</param>
    /// <param name="learningRate">The step size: zero or more.</param>
    /// <param name="stateNames">The names of what is kept for each parameter from step to step, a tensor of its shape each.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one of them is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="learningRate"/> is negative, infinite or not a number.</exception>
    protected Optimizer(IReadOnlyList<Parameter> parameters, double learningRate, params string[] stateNames)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(stateNames);
        _parameters = Checked(parameters);
        _reached = new UpdateSlot[_parameters.Length];
        _stateNames = [.. stateNames];
        _state = new Tensor[]?[_parameters.Length];
        LearningRate = learningRate;
    }

    /// <summary>The step size: a finite number, zero or more. It may be changed between steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, infinite or not a number.</exception>
    public double LearningRate
    {
        get;
        set
        {
            CheckNotNegative(value, nameof(LearningRate));
            field = value;
        }
    }

    /// <summary>The number of steps taken so far.</summary>
    public long StepCount { get; protected set; }

    /// <summary>The parameters, in the order in which they were given.</summary>
    protected IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>Takes one step: changes every parameter that has a gradient. The gradients stay as they are.</summary>
    /// <exception cref="InvalidOperationException">No parameter has a gradient: there was no backward pass since <see cref="ZeroGradient"/>.</exception>
    public abstract void Step();

    /// <summary>Marks the gradient of every parameter as zero; to be called before each backward pass.</summary>
    public void ZeroGradient()
    {
        foreach (Parameter parameter in _parameters)
        {
            parameter.ZeroGradient();
        }
    }

    /// <summary>Takes one step of a formula with every parameter that has a gradient, and counts it in <see cref="StepCount"/>.</summary>
    /// <typeparam name="TUpdate">The formula of one element, which runs on every device.</typeparam>
    /// <param name="coefficients">The formula's coefficients: at most <see cref="IUpdateOperator.MaxCoefficients"/>.</param>
    /// <exception cref="ArgumentException">There are more coefficients, or the formula keeps more than the optimizer has names for.</exception>
    /// <exception cref="InvalidOperationException">No parameter has a gradient: there was no backward pass since <see cref="ZeroGradient"/>.</exception>
    protected void Update<TUpdate>(params ReadOnlySpan<float> coefficients)
        where TUpdate : struct, IUpdateOperator
    {
        if (TUpdate.StateCount > _stateNames.Length || coefficients.Length > IUpdateOperator.MaxCoefficients)
        {
            throw new ArgumentException(
                $"{GetType().Name}.Update: {typeof(TUpdate).Name} was given {coefficients.Length} coefficients and keeps {TUpdate.StateCount} numbers for each element; a formula takes at most {IUpdateOperator.MaxCoefficients}, and the optimizer has names for {_stateNames.Length}. Give the constructor a name for each number that is kept.");
        }

        int reached = 0;
        for (int i = 0; i < _parameters.Length; i++)
        {
            Parameter parameter = _parameters[i];
            if (parameter.HasGradient)
            {
                Tensor[] states = States(i);
                parameter.Value.CountWrite();
                _reached[reached++] = new UpdateSlot(
                    parameter.Value, parameter.Gradient, TUpdate.StateCount > 0 ? states[0] : null, TUpdate.StateCount > 1 ? states[1] : null);
            }
        }

        if (reached == 0)
        {
            throw new InvalidOperationException(
                $"{GetType().Name}.Step: none of the {_parameters.Length} parameters has a gradient. Call Backward of the network between ZeroGradient and Step.");
        }

        StepCount++;
        _reached[0].Parameter.Device.Update<TUpdate>(_reached.AsSpan(0, reached), coefficients);
    }

    private protected static void CheckNotNegative(double value, string name)
    {
        if (!(value >= 0) || double.IsInfinity(value))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be a finite number, zero or more.");
        }
    }

    private protected static void CheckFraction(double value, string name)
    {
        if (!(value is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be at least 0 and less than 1.");
        }
    }

    private Parameter[] Checked(IReadOnlyList<Parameter> parameters)
    {
        if (parameters.Count == 0)
        {
            throw new ArgumentException(
                $"{GetType().Name}: no parameters were given, so there is nothing to change. Give those of a module that has some.", nameof(parameters));
        }

        Dictionary<Parameter, int> places = new(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < parameters.Count; i++)
        {
            Parameter parameter = parameters[i] ?? throw new ArgumentException($"{GetType().Name}: parameter {i} is null.", nameof(parameters));
            if (!places.TryAdd(parameter, i))
            {
                throw new ArgumentException(
                    $"{GetType().Name}: parameter {i}, of shape {parameter.Value.Shape}, is also parameter {places[parameter]}; a step would change it twice. Give each parameter once.",
                    nameof(parameters));
            }
        }

        return [.. parameters];
    }
}
