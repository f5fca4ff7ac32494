using Quern.Kernels.Cpu;

namespace Quern.Kernels.Tests.Cpu;

public unsafe class OptimizerTests
{
    private static readonly int[] Sizes = [1, 7, 0, 16, 33, 16_385, 40_009];

    public static TheoryData<string, double, bool> AdamCases
    {
        get
        {
            TheoryData<string, double, bool> data = [];
            foreach (string tier in KernelTest.TierNames)
            {
                data.Add(tier, 0, false);
                data.Add(tier, 0.1, false);
                data.Add(tier, 0.1, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(AdamCases))]
    public void Adam_agrees_with_the_plain_formula(string tier, double weightDecay, bool decoupled) => KernelTest.OnTier(tier, () =>
    {
        AdamSettings settings = new(0.01, 0.9, 0.999, 1e-8, weightDecay, decoupled);
        using WorkerPool pool = new(2);
        float[][] results = RunAdam(pool, settings, steps: 3);
        for (int segment = 0; segment < Sizes.Length; segment++)
        {
            float[] parameter = KernelTest.Numbers(Sizes[segment], seed: segment);
            float[][] gradients = [Gradient(segment, 1), Gradient(segment, 2), Gradient(segment, 3)];
            for (int i = 0; i < parameter.Length; i++)
            {
                double p = parameter[i], m = 0, v = 0;
                for (int step = 1; step <= 3; step++)
                {
                    double g = gradients[step - 1][i];
                    if (decoupled)
                    {
                        p *= 1 - (settings.LearningRate * weightDecay);
                    }
                    else
                    {
                        g += weightDecay * p;
                    }

                    m = (settings.Beta1 * m) + ((1 - settings.Beta1) * g);
                    v = (settings.Beta2 * v) + ((1 - settings.Beta2) * g * g);
                    double correctedM = m / (1 - Math.Pow(settings.Beta1, step));
                    double correctedV = v / (1 - Math.Pow(settings.Beta2, step));
                    p -= settings.LearningRate * correctedM / (Math.Sqrt(correctedV) + settings.Epsilon);
                }

                Assert.Equal(p, results[segment][i], 2e-6);
            }
        }
    });

    // PyTorch 1.13.1: torch.optim.Adam([torch.zeros(1)], lr=0.1) with gradients 1e20, 1, 1; AdamW with its weight decay of 0.01.
    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void Adam_recovers_from_a_gradient_whose_square_is_no_float(string tier) => KernelTest.OnTier(tier, () =>
    {
        AssertAdam(decoupled: false, -0.2188015f);
        AssertAdam(decoupled: true, -0.2185346f);
    });

    private static void AssertAdam(bool decoupled, float expected)
    {
        using WorkerPool pool = new(1);
        float[] memory = GC.AllocateArray<float>(4 * 37, pinned: true);
        fixed (float* p = memory)
        {
            foreach ((float gradient, int step) in ((float, int)[])[(1e20f, 1), (1, 2), (1, 3)])
            {
                new Span<float>(p + 37, 37).Fill(gradient);
                AdamSettings settings = new(0.1, 0.9, 0.999, 1e-8, decoupled ? 0.01 : 0, decoupled);
                Adam.Step(pool, [new AdamSegment(p, p + 37, p + 74, p + 111, 37)], settings, step);
            }
        }

        Assert.All(memory.Take(37), value => Assert.Equal(expected, value, 1e-6f));
    }

    [Fact]
    public void Adam_takes_zero_gradients_without_harm()
    {
        using WorkerPool pool = new(1);
        float[] parameter = [1, 2, 3];
        float[] zeros = new float[9];
        fixed (float* p = parameter, z = zeros)
        {
            Adam.Step(pool, [new AdamSegment(p, z, z + 3, z + 6, 3)], new AdamSettings(0.01, 0.9, 0.999, 1e-8, 0), 1);
        }

        Assert.Equal([1, 2, 3], parameter);
        Assert.Throws<ArgumentOutOfRangeException>(() => Adam.Step(pool, [], default, 0));
    }

    [Fact]
    public void Adam_is_the_same_for_any_number_of_threads() => KernelTest.AssertSameForAnyThreadCount(
        pool => [.. RunAdam(pool, new AdamSettings(0.01, 0.9, 0.999, 1e-8, 0.01), steps: 3).SelectMany(values => values)]);

    [Fact]
    public void Steps_allocate_nothing()
    {
        float[] memory = GC.AllocateArray<float>(4 * 50_000, pinned: true);
        fixed (float* p = memory)
        {
            float* start = p;
            KernelTest.AssertAllocatesNothing(pool =>
            {
                Adam.Step(
                    pool, [new AdamSegment(start, start + 50_000, start + 100_000, start + 150_000, 50_000)],
                    new AdamSettings(0.01, 0.9, 0.999, 1e-8, 0), 1);
                Sgd.Step(pool, [new SgdSegment(start, start + 50_000, start + 100_000, 50_000)], new SgdSettings(0.01, 0.9, 0, true));
            });
        }
    }

    public static TheoryData<string, double, double, bool> SgdCases
    {
        get
        {
            TheoryData<string, double, double, bool> data = [];
            foreach (string tier in KernelTest.TierNames)
            {
                data.Add(tier, 0, 0, false);
                data.Add(tier, 0.9, 0.1, false);
                data.Add(tier, 0.9, 0.1, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(SgdCases))]
    public void Sgd_agrees_with_the_plain_formula(string tier, double momentum, double weightDecay, bool nesterov) => KernelTest.OnTier(tier, () =>
    {
        SgdSettings settings = new(0.05, momentum, weightDecay, nesterov);
        using WorkerPool pool = new(2);
        for (int segment = 0; segment < Sizes.Length; segment++)
        {
            float[] parameter = KernelTest.Numbers(Sizes[segment], seed: segment);
            float[] velocity = new float[parameter.Length];
            double[] exact = [.. parameter.Select(value => (double)value)];
            double[] exactVelocity = new double[parameter.Length];
            for (int step = 1; step <= 3; step++)
            {
                float[] gradient = Gradient(segment, step);
                fixed (float* p = parameter, g = gradient, u = velocity)
                {
                    Sgd.Step(pool, [new SgdSegment(p, g, momentum == 0 ? null : u, parameter.Length)], settings);
                }

                for (int i = 0; i < exact.Length; i++)
                {
                    double change = gradient[i] + (weightDecay * exact[i]);
                    if (momentum != 0)
                    {
                        exactVelocity[i] = (momentum * exactVelocity[i]) + change;
                        change = nesterov ? change + (momentum * exactVelocity[i]) : exactVelocity[i];
                    }

                    exact[i] -= settings.LearningRate * change;
                }
            }

            for (int i = 0; i < exact.Length; i++)
            {
                Assert.Equal(exact[i], parameter[i], 5e-6);
            }
        }
    });

    private static float[] Gradient(int segment, int step) => KernelTest.Numbers(Sizes[segment], seed: (100 * step) + segment, scale: 2);

    // All segments in one call per step, as the optimizer does.
    private static float[][] RunAdam(WorkerPool pool, AdamSettings settings, int steps)
    {
        float[][] parameters = [.. Sizes.Select((size, segment) => Pinned(KernelTest.Numbers(size, seed: segment)))];
        float[][] moments = [.. Sizes.Select(size => Pinned(new float[2 * size]))];
        for (int step = 1; step <= steps; step++)
        {
            float[][] gradients = [.. Sizes.Select((_, segment) => Pinned(Gradient(segment, step)))];
            AdamSegment[] segments = [.. Sizes.Select((size, segment) => new AdamSegment(
                Pointer(parameters[segment]), Pointer(gradients[segment]), Pointer(moments[segment]), Pointer(moments[segment]) + size, size))];
            Adam.Step(pool, segments, settings, step);
            GC.KeepAlive(gradients);
        }

        GC.KeepAlive(moments);
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
