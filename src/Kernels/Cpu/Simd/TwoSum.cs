using System.Runtime.CompilerServices;

namespace Quern.Kernels.Cpu.Simd;

/// <summary>Additions whose rounding errors are kept. Source: Knuth, "The Art of Computer Programming", volume 2, section 4.2.2.</summary>
internal static class TwoSum
{
    /// <summary>left + right, and what the rounding loses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<S, V>(V left, V right, out V lost)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V sum = S.Add(left, right);
        V added = S.Subtract(sum, left);
        lost = S.Add(S.Subtract(left, S.Subtract(sum, added)), S.Subtract(right, added));
        return sum;
    }

    /// <summary>total += value, with what the rounding loses added to error.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<S, V>(ref V total, ref V error, V value)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        total = Of<S, V>(total, value, out V lost);
        error = S.Add(error, lost);
    }

    /// <summary>total + error; the error of an infinite total is NaN and says nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<S, V>(V total, V error)
        where S : struct, ISimd<V>
        where V : unmanaged => S.Add(total, S.And(S.Equal(error, error), error));
}
