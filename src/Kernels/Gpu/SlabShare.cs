namespace Quern.Kernels.Gpu;

/// <summary>
/// What a work-item brings to shared memory of one operand of a product. A slab is [steps, lines], where a line is a row of the left operand or
/// a column of the right one, with four floats to spare after each step. It has 1024 elements, of which each work-item of 256 brings four
/// neighbours: along the steps or along the lines, whichever lie side by side in memory. A warp that brings them along steps takes 16 lines and two
/// fours of steps, which then go to 32 different banks.
/// </summary>
internal struct SlabShare
{
    // The four elements that are on their way, and their place in the operand.
    private Float4 _values;
    private long _place;

    // From one of the four to the next in the operand, and from one step to the next.
    private int _run;
    private int _stride;

    private int _vectors;
    private bool _alongSteps;

    // How many lines the operand has from the first of the four on.
    private int _lines;

    // The first step of the four in a slab, their place there, and from one step to the next, in floats.
    private int _step;
    private int _to;
    private int _pitch;

    /// <summary>A work-item's share of the slabs from the first on. Nothing is on its way yet.</summary>
    /// <param name="item">The work-item.</param>
    /// <param name="width">The lines of a slab: 16, 64 or 128.</param>
    /// <param name="first">The slabs' first line in the operand.</param>
    /// <param name="lines">The lines of the operand.</param>
    /// <param name="line">From one line of the operand to the next.</param>
    /// <param name="stride">From one step of the operand to the next.</param>
    /// <param name="alongSteps">Whether neighbours along the steps lie side by side.</param>
    /// <param name="vectors">Not 0 where the four lie side by side at a multiple of 16 bytes, and all or none of them inside.</param>
    public static SlabShare Of(int item, int width, int first, int lines, int line, int stride, bool alongSteps, int vectors)
    {
        int own = FirstLine(item, width, alongSteps);
        SlabShare share;
        share._values = new Float4(0f, 0f, 0f, 0f);
        share._run = alongSteps ? stride : line;
        share._stride = stride;
        share._vectors = vectors;
        share._alongSteps = alongSteps;
        share._lines = lines - first - own;
        share._step = FirstStep(item, width, alongSteps);
        share._pitch = width + 4;
        share._to = (share._step * share._pitch) + own;
        share._place = ((long)(first + own) * line) + ((long)share._step * stride);
        return share;
    }

    /// <summary>Sends for the first slab of an operand.</summary>
    public void Begin(ArrayView<float> operand, int steps)
    {
        _values = Fetch(operand, 0, Inside(0, steps));
    }

    /// <summary>
    /// For both operands, the slab that set out last goes to its place in shared memory, and the one after it sets out. Where both lie inside the operands,
    /// nothing is asked of single elements; the last slab has none after it.
    /// </summary>
    /// <param name="left">The share of the left operand.</param>
    /// <param name="leftOperand">The left operand.</param>
    /// <param name="leftSlab">The place of its slab.</param>
    /// <param name="right">The share of the right operand.</param>
    /// <param name="rightOperand">The right operand.</param>
    /// <param name="rightSlab">The place of its slab.</param>
    /// <param name="start">The first step of the slab that set out last.</param>
    /// <param name="depth">The steps of a slab.</param>
    /// <param name="steps">The steps of the operands.</param>
    /// <param name="isWhole">Whether all lines of the slabs are inside the operands, and four neighbours may be read at once.</param>
    public static void Advance(
        ref SlabShare left, ArrayView<float> leftOperand, ArrayView<Float4> leftSlab,
        ref SlabShare right, ArrayView<float> rightOperand, ArrayView<Float4> rightSlab,
        int start, int depth, int steps, bool isWhole)
    {
        left._place += (long)depth * left._stride;
        right._place += (long)depth * right._stride;
        if (isWhole && start + (2 * depth) <= steps)
        {
            left.Put(leftSlab, left._values);
            right.Put(rightSlab, right._values);
            left._values = leftOperand.AsAligned(16).Cast<Float4>()[left._place >> 2];
            right._values = rightOperand.AsAligned(16).Cast<Float4>()[right._place >> 2];
        }
        else if (start < steps)
        {
            left.Put(leftSlab, Zeroed(left._values, left.Inside(start, steps)));
            right.Put(rightSlab, Zeroed(right._values, right.Inside(start, steps)));
            left._values = left.Fetch(leftOperand, 0, left.Inside(start + depth, steps));
            right._values = right.Fetch(rightOperand, 0, right.Inside(start + depth, steps));
        }
    }

    /// <summary>How many of the four of a slab are inside the operand: all where it is 4 or more, none from 0 down.</summary>
    /// <param name="start">The slab's first step.</param>
    /// <param name="steps">The steps of the operand.</param>
    public readonly int Inside(int start, int steps)
    {
        int left = steps - start - _step;
        int inside = _alongSteps ? left : _lines;
        bool outside = _alongSteps ? _lines <= 0 : left <= 0;
        return outside ? 0 : inside;
    }

    /// <summary>
    /// The four of a slab so many steps ahead, of which the first so many are inside the operand; what the others are is open. No load waits for
    /// another: not even a branch is there but that for vectors, which is the same for all.
    /// </summary>
    public readonly Float4 Fetch(ArrayView<float> operand, int ahead, int inside)
    {
        long first = inside > 0 ? _place + ((long)ahead * _stride) : 0L;
        Float4 values;
        if (_vectors != 0)
        {
            values = operand.AsAligned(16).Cast<Float4>()[first >> 2];
        }
        else
        {
            long second = inside > 1 ? first + _run : first;
            long third = inside > 2 ? second + _run : first;
            long fourth = inside > 3 ? third + _run : first;
            values.X = operand[first];
            values.Y = operand[second];
            values.Z = operand[third];
            values.W = operand[fourth];
        }

        return values;
    }

    /// <summary>What <see cref="Fetch"/> brought, with zeros for what is outside.</summary>
    public static Float4 Zeroed(Float4 values, int inside) =>
        new Float4(inside > 0 ? values.X : 0f, inside > 1 ? values.Y : 0f, inside > 2 ? values.Z : 0f, inside > 3 ? values.W : 0f);

    /// <summary>Four elements to their place in a slab.</summary>
    public readonly void Put(ArrayView<Float4> slab, Float4 values)
    {
        if (_alongSteps)
        {
            ArrayView<float> floats = slab.Cast<float>();
            floats[_to] = values.X;
            floats[_to + _pitch] = values.Y;
            floats[_to + (2 * _pitch)] = values.Z;
            floats[_to + (3 * _pitch)] = values.W;
        }
        else
        {
            slab[_to >> 2] = values;
        }
    }

    private static int FirstLine(int item, int width, bool alongSteps) =>
        alongSteps ? ((item >> 1) & 15) + (((item >> 5) & ((width >> 4) - 1)) << 4) : (item << 2) & (width - 1);

    // Of 16 lines, a warp brings eight steps: in this order they go to different banks.
    private static int FirstStep(int item, int width, bool alongSteps)
    {
        int step = (item << 2) / width;
        int spread = width == 16 ? (step & ~7) + ((step & 1) << 2) + ((step >> 1) & 3) : step;
        return alongSteps ? (((item >> 1) / width) << 3) + ((item & 1) << 2) : spread;
    }
}
