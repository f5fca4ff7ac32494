using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Quern.Kernels;

/// <summary>
/// How two stretches of memory are walked together: the sizes of the axes, how far apart neighbours lie along each, and where both begin. A
/// stride of 0 stays where it is, a negative one goes backwards.
/// </summary>
internal struct PairWalk
{
    /// <summary>The largest number of axes: a tensor's.</summary>
    public const int MaxAxes = BroadcastStrides.MaxAxes;

    private Integers _sizes;
    private Integers _firstStrides;
    private Integers _secondStrides;

    /// <summary>Begins a walk with a single place; <see cref="Add"/> gives it axes.</summary>
    /// <param name="firstOffset">Where the walk of the first begins.</param>
    /// <param name="secondOffset">Where that of the second begins.</param>
    public PairWalk(int firstOffset, int secondOffset)
    {
        FirstOffset = firstOffset;
        SecondOffset = secondOffset;
        Count = 1;
    }

    /// <summary>Where the walk of the first begins.</summary>
    public int FirstOffset { get; }

    /// <summary>Where the walk of the second begins.</summary>
    public int SecondOffset { get; }

    /// <summary>How many axes there are once those that both walk as one are merged.</summary>
    public int AxisCount { get; private set; }

    /// <summary>How many places there are.</summary>
    public int Count { get; private set; }

    /// <summary>The sizes of the axes, outermost first.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<int> Sizes => ((ReadOnlySpan<int>)_sizes)[..AxisCount];

    /// <summary>How far apart neighbours of the first lie along each axis.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<int> FirstStrides => ((ReadOnlySpan<int>)_firstStrides)[..AxisCount];

    /// <summary>How far apart neighbours of the second lie along each axis.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<int> SecondStrides => ((ReadOnlySpan<int>)_secondStrides)[..AxisCount];

    /// <summary>The walk of two row-major operands that are broadcast to a result.</summary>
    /// <param name="first">The shape of the first.</param>
    /// <param name="second">The shape of the second.</param>
    /// <param name="result">The shape of the result.</param>
    /// <exception cref="ArgumentException">An operand cannot be broadcast to the result.</exception>
    public static PairWalk Broadcast(ReadOnlySpan<int> first, ReadOnlySpan<int> second, ReadOnlySpan<int> result)
    {
        BroadcastStrides firstStrides = BroadcastStrides.For(first, result);
        BroadcastStrides secondStrides = BroadcastStrides.For(second, result);
        PairWalk walk = new(0, 0);
        for (int axis = 0; axis < result.Length; axis++)
        {
            walk.Add(result[axis], firstStrides[axis], secondStrides[axis]);
        }

        return walk;
    }

    /// <summary>Adds an axis inside those there are; one that continues the last is merged with it.</summary>
    /// <param name="size">How many places the axis has.</param>
    /// <param name="firstStride">How far apart they are in the first.</param>
    /// <param name="secondStride">How far apart they are in the second.</param>
    public void Add(int size, int firstStride, int secondStride)
    {
        Count = checked(Count * size);
        if (size == 1)
        {
            return;
        }

        int last = AxisCount - 1;
        if (last >= 0 && _firstStrides[last] == (long)size * firstStride && _secondStrides[last] == (long)size * secondStride)
        {
            _sizes[last] *= size;
            _firstStrides[last] = firstStride;
            _secondStrides[last] = secondStride;
            return;
        }

        _sizes[AxisCount] = size;
        _firstStrides[AxisCount] = firstStride;
        _secondStrides[AxisCount] = secondStride;
        AxisCount++;
    }

    /// <summary>Where both lie at a place.</summary>
    /// <param name="place">The number of the place, row-major.</param>
    /// <param name="first">The place in the first.</param>
    /// <param name="second">The place in the second.</param>
    public readonly void Offsets(int place, out int first, out int second)
    {
        first = FirstOffset;
        second = SecondOffset;
        for (int axis = AxisCount - 1; axis >= 0; axis--)
        {
            (int outer, int index) = Math.DivRem(place, _sizes[axis]);
            first += index * _firstStrides[axis];
            second += index * _secondStrides[axis];
            place = outer;
        }
    }

    /// <summary>Writes the axes as kernels read them: see <see cref="Gpu.Broadcast"/>.</summary>
    /// <param name="walk">Receives the axes: <see cref="Gpu.Broadcast.MaxWalkLength"/> integers are always enough.</param>
    /// <returns>How many integers were written.</returns>
    public readonly int WriteTo(Span<int> walk)
    {
        walk[0] = AxisCount;
        int place = 1;
        for (int axis = AxisCount - 1; axis >= 0; axis--, place += Gpu.Broadcast.AxisLength)
        {
            walk[place] = _sizes[axis];
            walk[place + Gpu.Broadcast.Left] = _firstStrides[axis];
            walk[place + Gpu.Broadcast.Right] = _secondStrides[axis];
        }

        return place;
    }

    [InlineArray(MaxAxes)]
    private struct Integers
    {
        private int _first;
    }
}
