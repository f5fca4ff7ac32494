using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// Memory that a layer reuses from step to step. It grows to the largest shape that was asked for; smaller ones, such as
/// the last batch of an epoch, are views of its beginning. After each shape has been seen once, nothing is allocated.
/// </summary>
/// <remarks>One thread uses it at a time, so a layer asks it only where <see cref="Module.KeepsForBackward"/> is true.</remarks>
public sealed class Workspace
{
    // Enough for a full and a last batch, in training and in validation.
    private const int KeptViews = 4;

    private readonly Tensor?[] _views = new Tensor?[KeptViews];
    private Tensor? _memory;
    private int _next;

    /// <summary>A tensor of this shape to write to, with what it last held or anything else. It counts as written from here on.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="device">Where it lives.</param>
    public Tensor Get(Shape shape, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (_memory is null || _memory.Device != device || _memory.ElementCount < shape.ElementCount)
        {
            _memory = Tensor.Zeros(shape, device);
            Array.Clear(_views);
            _next = 0;
        }

        _memory.CountWrite();
        foreach (Tensor? kept in _views)
        {
            if (kept is not null && kept.Shape == shape)
            {
                return kept;
            }
        }

        Tensor view = new(_memory.Memory, 0, shape);
        _views[_next] = view;
        _next = (_next + 1) % KeptViews;
        return view;
    }
}
