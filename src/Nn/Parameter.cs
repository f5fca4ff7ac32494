using Quern.Tensors;

namespace Quern.Nn;

/// <summary>A tensor that training changes, with its gradient.</summary>
public sealed class Parameter
{
    private Tensor? _gradient;

    /// <summary>Makes a parameter.</summary>
    /// <param name="value">Its initial value, which training changes in place.</param>
    public Parameter(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Value = value;
    }

    /// <summary>The value.</summary>
    public Tensor Value { get; private set; }

    /// <summary>
    /// The gradient of the loss with respect to the value, of its shape: the sum since <see cref="ZeroGradient"/>, and zeros where no backward pass
    /// has reached the parameter since.
    /// </summary>
    /// <remarks>Reading it does not count as reaching the parameter: to write a gradient, take it from <see cref="AccumulateGradient"/>.</remarks>
    public Tensor Gradient
    {
        get
        {
            _gradient ??= Tensor.Zeros(Value.Shape, Value.Device);
            if (!HasGradient)
            {
                _gradient.Fill(0);
            }

            return _gradient;
        }
    }

    /// <summary>Whether a backward pass has reached this parameter since <see cref="ZeroGradient"/>. An optimizer leaves it alone if not.</summary>
    public bool HasGradient { get; private set; }

    /// <summary>Takes the gradient as zero.</summary>
    /// <remarks>Nothing is written: the next backward pass overwrites the old gradient rather than adding to it.</remarks>
    public void ZeroGradient() => HasGradient = false;

    /// <summary>The gradient for a backward pass to add to. From here on the parameter has one, and an optimizer changes it.</summary>
    /// <param name="accumulate">
    /// True: add to what is there. False: the gradient counts as zero but holds old numbers; overwrite every one.
    /// </param>
    public Tensor AccumulateGradient(out bool accumulate)
    {
        _gradient ??= Tensor.Zeros(Value.Shape, Value.Device);
        accumulate = HasGradient;
        HasGradient = true;
        _gradient.CountWrite();
        return _gradient;
    }

    /// <summary>Adds to the gradient, or takes its place where there is none.</summary>
    internal void AddToGradient(Tensor added)
    {
        Tensor gradient = AccumulateGradient(out bool accumulate);
        if (accumulate)
        {
            gradient.Add(added, gradient);
        }
        else
        {
            gradient.CopyFrom(added);
        }
    }

    internal void MoveTo(Device device)
    {
        Value = Value.To(device);
        _gradient = null;
        HasGradient = false;
    }
}
