using System.Runtime.CompilerServices;

namespace Quern.Kernels.Cpu.Simd;

/// <summary>Work on the groups of four lanes that a vector consists of.</summary>
internal static class Groups
{
    /// <summary>
    /// Transposes four vectors within each group: lane 4g + j of vector i becomes lane 4g + i of vector j. Single floats stay, each being the
    /// number of its vector.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose<S, V>(ref V a, ref V b, ref V c, ref V d)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V lowOfAC = S.InterleaveLow(a, c), highOfAC = S.InterleaveHigh(a, c);
        V lowOfBD = S.InterleaveLow(b, d), highOfBD = S.InterleaveHigh(b, d);
        a = S.InterleaveLow(lowOfAC, lowOfBD);
        b = S.InterleaveHigh(lowOfAC, lowOfBD);
        c = S.InterleaveLow(highOfAC, highOfBD);
        d = S.InterleaveHigh(highOfAC, highOfBD);
    }
}
