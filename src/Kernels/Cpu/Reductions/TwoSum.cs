using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.Reductions;

/// <summary>Additions whose rounding errors are kept. Source: Knuth, "The Art of Computer Programming", volume 2, section 4.2.2.</summary>
internal static class TwoSum
{
    /// <summary>total += value, with what the rounding loses added to error.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<S, V>(ref V total, ref V error, V value)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V sum = S.Add(total, value);
        V added = S.Subtract(sum, total);
        V lost = S.Add(S.Subtract(total, S.Subtract(sum, added)), S.Subtract(value, added));
        error = S.Add(error, lost);
        total = sum;
    }

    /// <summary>total + error; the error of an infinite total is NaN and says nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<S, V>(V total, V error)
        where S : struct, ISimd<V>
        where V : unmanaged => S.Add(total, S.And(S.Equal(error, error), error));
}
