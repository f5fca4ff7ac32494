using System.Runtime.Intrinsics;

namespace Quern.Kernels.Cpu.Simd;

/// <summary>The one place where the vector width is chosen: the widest that the hardware has.</summary>
internal static class SimdDispatch
{
    [ThreadStatic]
    private static SimdTier? _forced;

    /// <summary>The width that jobs started by this thread use.</summary>
    public static SimdTier Tier => _forced ?? Widest;

    private static SimdTier Widest =>
        Vector512.IsHardwareAccelerated ? SimdTier.Vector512
        : Vector256.IsHardwareAccelerated ? SimdTier.Vector256
        : Vector128.IsHardwareAccelerated ? SimdTier.Vector128
        : SimdTier.Scalar;

    /// <summary>
    /// Makes jobs started by this thread use a width whether the hardware has it or not (.NET computes it in software then);
    /// null goes back to the hardware's. For tests.
    /// </summary>
    public static void Force(SimdTier? tier) => _forced = tier;

    /// <summary>Runs every piece of a job on the pool, with the width chosen here.</summary>
    public static void Run<TJob>(WorkerPool pool, int pieces, TJob job)
        where TJob : unmanaged, ISimdJob => Run(pool, pieces, job, Tier);

    /// <summary>As above, with a width that the caller chose, at most <see cref="Tier"/>.</summary>
    public static void Run<TJob>(WorkerPool pool, int pieces, TJob job, SimdTier tier)
        where TJob : unmanaged, ISimdJob
    {
        switch (tier)
        {
            case SimdTier.Vector512:
                pool.Run(pieces, new WithWidth<TJob, Simd512, Vector512<float>>(job));
                break;
            case SimdTier.Vector256:
                pool.Run(pieces, new WithWidth<TJob, Simd256, Vector256<float>>(job));
                break;
            case SimdTier.Vector128:
                pool.Run(pieces, new WithWidth<TJob, Simd128, Vector128<float>>(job));
                break;
            default:
                pool.Run(pieces, new WithWidth<TJob, SimdScalar, float>(job));
                break;
        }
    }

    private readonly struct WithWidth<TJob, S, V>(TJob job) : IParallelJob
        where TJob : unmanaged, ISimdJob
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        // A field, since calls through a captured parameter would copy the job.
        private readonly TJob _job = job;

        public void Run(int piece) => _job.Run<S, V>(piece);
    }
}
