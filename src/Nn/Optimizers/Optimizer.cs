using Quern.Tensors;

namespace Quern.Nn;

/// <summary>Changes parameters by their gradients.</summary>
public abstract partial class Optimizer
{
    private protected Optimizer(IReadOnlyList<Parameter> parameters, double learningRate, params string[] stateNames)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = Checked(parameters);
        _stateNames = stateNames;
        _state = new Tensor[]?[Parameters.Length];
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
    public long StepCount { get; private protected set; }

    private protected Parameter[] Parameters { get; }

    /// <summary>Takes one step: changes every parameter that has a gradient. The gradients stay as they are.</summary>
    /// <exception cref="InvalidOperationException">No parameter has a gradient: there was no backward pass since <see cref="ZeroGradient"/>.</exception>
    public abstract void Step();

    /// <summary>Marks the gradient of every parameter as zero; to be called before each backward pass.</summary>
    public void ZeroGradient()
    {
        foreach (Parameter parameter in Parameters)
        {
            parameter.ZeroGradient();
        }
    }

    // How many parameters a step reached: none is a mistake in the order of calls.
    private protected void CheckReached(int reached)
    {
        if (reached == 0)
        {
            throw new InvalidOperationException(
                $"{GetType().Name}.Step: none of the {Parameters.Length} parameters has a gradient. Call Backward of the network between ZeroGradient and Step.");
        }
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
