using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Quern.Kernels.Cpu;

namespace Quern.Benchmarks.Compare.Measuring;

/// <summary>The most multiply-adds that the cores can do: twelve independent chains in registers, no memory.</summary>
internal static unsafe class PeakFma
{
    private const int Chains = 12;
    private const int Steps = 20_000;
    private const int PiecesPerThread = 8;

    /// <summary>Floating-point operations of one call.</summary>
    public static double Flops(int threads) => 2.0 * Chains * Lanes * Steps * PiecesPerThread * threads;

    private static int Lanes => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;

    public static Contestant Contestant(WorkerPool pool, TimeSpan turn) =>
        Measuring.Contestant.Repeating("peak", pool.ThreadCount, () => Run(pool), turn);

    private static void Run(WorkerPool pool)
    {
        int pieces = PiecesPerThread * pool.ThreadCount;
        float* sums = stackalloc float[pieces];
        if (Vector512.IsHardwareAccelerated)
        {
            pool.Run(pieces, new Job<Fma512, Vector512<float>>(sums));
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            pool.Run(pieces, new Job<Fma256, Vector256<float>>(sums));
        }
        else
        {
            pool.Run(pieces, new Job<Fma128, Vector128<float>>(sums));
        }
    }

    private interface IFma<V>
    {
        static abstract V Create(float value);

        static abstract V MultiplyAdd(V left, V right, V addend);

        static abstract float First(V value);
    }

    private readonly struct Job<F, V>(float* sums) : IParallelJob
        where F : IFma<V>
        where V : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int piece)
        {
            // x = x/2 + 1/2 stays near 1: no overflow, no denormal numbers.
            V half = F.Create(0.5f);
            V a = F.Create(1), b = F.Create(2), c = F.Create(3), d = F.Create(4), e = F.Create(5), f = F.Create(6);
            V g = F.Create(7), h = F.Create(8), i = F.Create(9), j = F.Create(10), k = F.Create(11), l = F.Create(12);
            for (int step = 0; step < Steps; step++)
            {
                a = F.MultiplyAdd(a, half, half);
                b = F.MultiplyAdd(b, half, half);
                c = F.MultiplyAdd(c, half, half);
                d = F.MultiplyAdd(d, half, half);
                e = F.MultiplyAdd(e, half, half);
                f = F.MultiplyAdd(f, half, half);
                g = F.MultiplyAdd(g, half, half);
                h = F.MultiplyAdd(h, half, half);
                i = F.MultiplyAdd(i, half, half);
                j = F.MultiplyAdd(j, half, half);
                k = F.MultiplyAdd(k, half, half);
                l = F.MultiplyAdd(l, half, half);
            }

            // Used, so that no chain is left out.
            sums[piece] = F.First(a) + F.First(b) + F.First(c) + F.First(d) + F.First(e) + F.First(f)
                + F.First(g) + F.First(h) + F.First(i) + F.First(j) + F.First(k) + F.First(l);
        }
    }

    private readonly struct Fma512 : IFma<Vector512<float>>
    {
        public static Vector512<float> Create(float value) => Vector512.Create(value);

        public static Vector512<float> MultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> addend) =>
            Vector512.FusedMultiplyAdd(left, right, addend);

        public static float First(Vector512<float> value) => value.ToScalar();
    }

    private readonly struct Fma256 : IFma<Vector256<float>>
    {
        public static Vector256<float> Create(float value) => Vector256.Create(value);

        public static Vector256<float> MultiplyAdd(Vector256<float> left, Vector256<float> right, Vector256<float> addend) =>
            Vector256.FusedMultiplyAdd(left, right, addend);

        public static float First(Vector256<float> value) => value.ToScalar();
    }

    private readonly struct Fma128 : IFma<Vector128<float>>
    {
        public static Vector128<float> Create(float value) => Vector128.Create(value);

        public static Vector128<float> MultiplyAdd(Vector128<float> left, Vector128<float> right, Vector128<float> addend) =>
            Vector128.FusedMultiplyAdd(left, right, addend);

        public static float First(Vector128<float> value) => value.ToScalar();
    }
}
