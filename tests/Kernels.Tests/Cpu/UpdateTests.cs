using Quern.Kernels.Cpu;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Tests.Cpu;

/// <summary>The walk of optimizers over parameters; their formulas are compared with PyTorch in the tests of networks.</summary>
public unsafe class UpdateTests
{
    private static readonly int[] Sizes = [1, 7, 0, 16, 33, 16_385, 40_009];

    // Rate, decay, momentum, Nesterov.
    private static readonly float[] Coefficients = [0.05f, 0.1f, 0.9f, 1];

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void Every_element_of_every_parameter_takes_its_step(string tier) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(2);
        float[][] results = RunAll(pool, steps: 3);
        for (int segment = 0; segment < Sizes.Length; segment++)
        {
            float[] parameter = KernelTest.Numbers(Sizes[segment], seed: segment);
            float[][] gradients = [Gradient(segment, 1), Gradient(segment, 2), Gradient(segment, 3)];
            for (int i = 0; i < parameter.Length; i++)
            {
                double p = parameter[i], u = 0;
                foreach (float[] gradient in gradients)
                {
                    double g = gradient[i] + (Coefficients[1] * p);
                    u = (Coefficients[2] * u) + g;
                    p -= Coefficients[0] * (g + (Coefficients[2] * u));
                }

                Assert.Equal(p, results[segment][i], 5e-6);
            }
        }
    });

    [Fact]
    public void Results_are_the_same_for_any_number_of_threads() =>
        KernelTest.AssertSameForAnyThreadCount(pool => [.. RunAll(pool, steps: 3).SelectMany(values => values)]);

    [Fact]
    public void Steps_allocate_nothing()
    {
        float[] memory = GC.AllocateArray<float>(4 * 50_000, pinned: true);
        fixed (float* p = memory)
        {
            float* start = p;
            KernelTest.AssertAllocatesNothing(pool =>
            {
                Update.Run<AdamOperator>(
                    pool, [new UpdateSegment(start, start + 50_000, start + 100_000, start + 150_000, 50_000)], 1e-3f, 1, 1e-8f, 0.1f, 0.9f, 0.1f, 0, 1);
                Update.Run<SgdOperator>(pool, [new UpdateSegment(start, start + 50_000, null, null, 50_000)], 0.1f);
            });
        }
    }

    [Fact]
    public void More_coefficients_than_a_formula_takes_are_refused()
    {
        using WorkerPool pool = new(1);
        ArgumentException error = Assert.Throws<ArgumentException>(() => Update.Run<SgdOperator>(pool, [], 1, 2, 3, 4, 5, 6, 7, 8, 9));
        Assert.Equal("SgdOperator: 9 coefficients were given; a formula takes at most 8.", error.Message);
    }

    private static float[] Gradient(int segment, int step) => KernelTest.Numbers(Sizes[segment], seed: (100 * step) + segment, scale: 2);

    // All segments in one call per step, as the optimizer does.
    private static float[][] RunAll(WorkerPool pool, int steps)
    {
        float[][] parameters = [.. Sizes.Select((size, segment) => Pinned(KernelTest.Numbers(size, seed: segment)))];
        float[][] states = [.. Sizes.Select(size => Pinned(new float[size]))];
        for (int step = 1; step <= steps; step++)
        {
            float[][] gradients = [.. Sizes.Select((_, segment) => Pinned(Gradient(segment, step)))];
            UpdateSegment[] segments = [.. Sizes.Select((size, segment) => new UpdateSegment(
                Pointer(parameters[segment]), Pointer(gradients[segment]), Pointer(states[segment]), null, size))];
            Update.Run<SgdMomentumOperator>(pool, segments, Coefficients);
            GC.KeepAlive(gradients);
        }

        GC.KeepAlive(states);
        return parameters;
    }

    private static float[] Pinned(float[] values)
    {
        float[] pinned = GC.AllocateArray<float>(values.Length, pinned: true);
        values.CopyTo(pinned, 0);
        return pinned;
    }

    private static float* Pointer(float[] pinned) => (float*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);
}
