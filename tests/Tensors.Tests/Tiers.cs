using Quern.Kernels.Cpu.Simd;

namespace Quern.Tensors.Tests;

/// <summary>The vector widths of the processor's kernels.</summary>
internal static class Tiers
{
    /// <summary>Runs a check on each of them.</summary>
    public static void Run(Action check)
    {
        foreach (SimdTier tier in Enum.GetValues<SimdTier>())
        {
            SimdDispatch.Force(tier);
            try
            {
                check();
            }
            finally
            {
                SimdDispatch.Force(null);
            }
        }
    }
}
