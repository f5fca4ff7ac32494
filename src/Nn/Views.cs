using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// The same numbers in other shapes. Layers reuse their tensors from step to step, so the views of them are kept too, and
/// a training step allocates none.
/// </summary>
internal sealed class Views
{
    // Those of a full and a last batch, in training and in validation.
    private const int Kept = 4;

    private readonly Tensor?[] _sources = new Tensor?[Kept];
    private readonly Tensor?[] _views = new Tensor?[Kept];
    private int _next;

    /// <summary>The tensor in a shape of as many elements.</summary>
    public Tensor Get(Tensor source, Shape shape)
    {
        for (int i = 0; i < Kept; i++)
        {
            if (ReferenceEquals(_sources[i], source) && _views[i]!.Shape == shape)
            {
                return _views[i]!;
            }
        }

        Tensor view = new(source.Memory, source.Offset, shape);
        _sources[_next] = source;
        _views[_next] = view;
        _next = (_next + 1) % Kept;
        return view;
    }
}
