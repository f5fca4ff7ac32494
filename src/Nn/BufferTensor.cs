using Quern.Tensors;

namespace Quern.Nn;

/// <summary>A tensor that belongs to the state of a module but that no gradient changes: a running mean.</summary>
public sealed class BufferTensor
{
    internal BufferTensor(Tensor value)
    {
        Value = value;
    }

    /// <summary>The value.</summary>
    public Tensor Value { get; private set; }

    internal void MoveTo(Device device) => Value = Value.To(device);
}
