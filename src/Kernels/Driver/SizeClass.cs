using System.Numerics;

namespace Quern.Kernels;

/// <summary>The sizes in which drivers allocate memory, so that what is given back serves the next of about its size.</summary>
internal static class SizeClass
{
    private const long Smallest = 256;

    /// <summary>The size that is really allocated: at most an eighth more than asked, and few sizes in all.</summary>
    public static long Of(long byteCount)
    {
        if (byteCount <= Smallest)
        {
            return Smallest;
        }

        long step = Math.Max(Smallest, (long)(BitOperations.RoundUpToPowerOf2((ulong)byteCount) / 16));
        return checked(Division.RoundUp(byteCount, step) * step);
    }
}
