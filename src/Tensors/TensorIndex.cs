namespace Quern.Tensors;

/// <summary>
/// What is chosen along one axis: a place, as in <c>tensor[0, ..]</c> or <c>tensor[^1, ..]</c>, or a range, as in <c>tensor[.., 1..3]</c>. Whole
/// numbers, <see cref="Index"/> and <see cref="Range"/> become one by themselves.
/// </summary>
public readonly struct TensorIndex
{
    private readonly int _place;
    private readonly bool _isFromEnd;
    private readonly Range _range;

    private TensorIndex(int place, bool isFromEnd)
    {
        _place = place;
        _isFromEnd = isFromEnd;
        IsPlace = true;
    }

    private TensorIndex(Range range)
    {
        _range = range;
    }

    // The axis is left out of what is chosen.
    internal bool IsPlace { get; }

    /// <summary>A place.</summary>
    public static implicit operator TensorIndex(int place) => new(place, isFromEnd: false);

    /// <summary>A place.</summary>
    public static implicit operator TensorIndex(Index place) => new(place.Value, place.IsFromEnd);

    /// <summary>A range.</summary>
    public static implicit operator TensorIndex(Range range) => new(range);

    /// <summary>A place as it is written in C#: <c>2</c>, <c>^1</c>, <c>1..3</c>.</summary>
    public override string ToString() => !IsPlace ? _range.ToString() : _isFromEnd ? $"^{_place}" : $"{_place}";

    // The first place and how many there are, in an axis of some length; false where they leave it.
    internal bool TryResolve(int length, out int start, out int count)
    {
        if (IsPlace)
        {
            start = _isFromEnd ? length - _place : _place;
            count = 1;
        }
        else
        {
            start = _range.Start.GetOffset(length);
            count = _range.End.GetOffset(length) - start;
        }

        return start >= 0 && count >= 0 && start <= length - count;
    }
}
