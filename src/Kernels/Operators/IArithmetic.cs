namespace Quern.Kernels.Operators;

/// <summary>
/// The words of a formula: the arithmetic of one vector width of the processor, or of one number on a GPU. A formula is written once,
/// generic over <typeparamref name="V"/>, and compiled for each.
/// </summary>
/// <typeparam name="V">
/// What one step works on: <see cref="float"/>, or a <c>Vector128</c>, <c>Vector256</c> or <c>Vector512</c> of floats.
/// </typeparam>
/// <remarks>
/// Comparisons give a mask: all bits set where they hold, none where not. "Bits" in a name means that the lanes are taken as
/// 32-bit integers, which travel in the same type.
/// </remarks>
public interface IArithmetic<V>
    where V : unmanaged
{
    /// <summary>The same value in every lane.</summary>
    static abstract V Broadcast(float value);

    /// <summary>The same integer in every lane.</summary>
    static abstract V BroadcastBits(int value);

    /// <summary>left + right.</summary>
    static abstract V Add(V left, V right);

    /// <summary>left - right.</summary>
    static abstract V Subtract(V left, V right);

    /// <summary>left · right.</summary>
    static abstract V Multiply(V left, V right);

    /// <summary>left / right.</summary>
    static abstract V Divide(V left, V right);

    /// <summary>left · right + addend: fused where the hardware can, rounded twice elsewhere.</summary>
    static abstract V MultiplyAdd(V left, V right, V addend);

    /// <summary>The square root; NaN below zero.</summary>
    static abstract V Sqrt(V value);

    /// <summary>|value|.</summary>
    static abstract V Abs(V value);

    /// <summary>-value.</summary>
    static abstract V Negate(V value);

    /// <summary>The larger; NaN where either is NaN.</summary>
    static abstract V Max(V left, V right);

    /// <summary>The smaller; NaN where either is NaN.</summary>
    static abstract V Min(V left, V right);

    /// <summary>The larger of a number and a value: one instruction, NaN where <paramref name="value"/> is NaN.</summary>
    static abstract V AtLeast(V number, V value);

    /// <summary>The smaller of a number and a value: one instruction, NaN where <paramref name="value"/> is NaN.</summary>
    static abstract V AtMost(V number, V value);

    /// <summary>The sine of an angle in radians.</summary>
    static abstract V Sin(V value);

    /// <summary>The cosine of an angle in radians.</summary>
    static abstract V Cos(V value);

    /// <summary>left to the power of right, with the special cases of IEEE 754.</summary>
    static abstract V Power(V left, V right);

    /// <summary>Where left = right.</summary>
    static abstract V Equal(V left, V right);

    /// <summary>Where left > right.</summary>
    static abstract V Greater(V left, V right);

    /// <summary>Where left ≥ right.</summary>
    static abstract V GreaterOrEqual(V left, V right);

    /// <summary>The bits that both have.</summary>
    static abstract V And(V left, V right);

    /// <summary>The bits of <paramref name="left"/> that <paramref name="right"/> does not have.</summary>
    static abstract V AndNot(V left, V right);

    /// <summary>The bits of one where the mask is set, of the other where not.</summary>
    static abstract V Select(V mask, V whereSet, V whereClear);

    /// <summary>left + right as integers.</summary>
    static abstract V AddBits(V left, V right);

    /// <summary>left - right as integers.</summary>
    static abstract V SubtractBits(V left, V right);

    /// <summary>The integers shifted to the left.</summary>
    static abstract V ShiftLeftBits(V value, int count);

    /// <summary>The integers shifted to the right, their sign kept.</summary>
    static abstract V ShiftRightBits(V value, int count);

    /// <summary>Floats to integers, towards zero; unspecified for NaN and beyond the range of an integer.</summary>
    static abstract V ToBits(V value);

    /// <summary>Integers to floats.</summary>
    static abstract V FromBits(V value);
}
