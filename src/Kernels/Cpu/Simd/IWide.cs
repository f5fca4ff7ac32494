namespace Quern.Kernels.Cpu.Simd;

/// <summary>The lanes of a vector in double precision, for a formula that needs more digits than a float has: two vectors, for each half of the lanes one.</summary>
/// <typeparam name="V">The vector of floats.</typeparam>
/// <typeparam name="D">The vector of doubles that is as wide; of a single float, a double.</typeparam>
internal interface IWide<V, D>
    where V : unmanaged
    where D : unmanaged
{
    /// <summary>The lower half of the lanes.</summary>
    static abstract D Lower(V value);

    /// <summary>The upper half; of a single float, the float again.</summary>
    static abstract D Upper(V value);

    /// <summary>Both halves rounded to floats.</summary>
    static abstract V Narrow(D lower, D upper);

    /// <summary>The same value in every lane.</summary>
    static abstract D Broadcast(double value);

    /// <summary>left + right.</summary>
    static abstract D Add(D left, D right);

    /// <summary>left - right.</summary>
    static abstract D Subtract(D left, D right);

    /// <summary>left · right.</summary>
    static abstract D Multiply(D left, D right);

    /// <summary>left / right.</summary>
    static abstract D Divide(D left, D right);

    /// <summary>left · right + addend: fused where the hardware can, rounded twice elsewhere.</summary>
    static abstract D MultiplyAdd(D left, D right, D addend);

    /// <summary>The value within ±limit; NaN stays.</summary>
    static abstract D Within(double limit, D value);

    /// <summary>The value times 2 to the power of the integer in the lowest 12 bits of another double. NaN stays where those bits are 0.</summary>
    static abstract D AddToExponent(D value, D integer);
}
