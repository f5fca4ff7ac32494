using Quern.Kernels.Cpu;
using Quern.Kernels.Cpu.Simd;
using Quern.Tests.Shared;

namespace Quern.Kernels.Tests.Cpu;

/// <summary>What the tests of the CPU kernels share: vector widths, lengths, numbers and distances.</summary>
public static class KernelTest
{
    /// <summary>Around every vector width and around the length of a piece, and primes.</summary>
    public static readonly int[] Lengths =
        [0, 1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 31, 33, 61, 64, 127, 16383, 16385, 33001];

    public static readonly float[] SpecialValues =
    [
        0f, -0f, 1f, -1f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, -float.Epsilon,
        1.17549435e-38f, -1.17549435e-38f, float.MaxValue, float.MinValue, 88.72283f, 88.72284f, -87.33654f, -103.9f, -104.1f, 1e-20f, 16777216f,
    ];

    public static readonly string[] TierNames = Enum.GetNames<SimdTier>();

    public static TheoryData<string> Tiers => [.. TierNames];

    /// <summary>Every operation on every vector width.</summary>
    public static TheoryData<string, string> OnAllTiers(IEnumerable<string> operations)
    {
        TheoryData<string, string> data = [];
        foreach (string operation in operations)
        {
            foreach (string tier in TierNames)
            {
                data.Add(operation, tier);
            }
        }

        return data;
    }

    /// <summary>Runs an action with a vector width, whether the hardware has it or not.</summary>
    public static void OnTier(string tier, Action action)
    {
        SimdDispatch.Force(Enum.Parse<SimdTier>(tier));
        try
        {
            action();
        }
        finally
        {
            SimdDispatch.Force(null);
        }
    }

    /// <summary>Numbers from -scale to scale, the same for the same seed.</summary>
    public static float[] Numbers(int count, int seed = 1, float scale = 4)
    {
        Random random = new(seed);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = ((random.NextSingle() * 2) - 1) * scale;
        }

        return numbers;
    }

    /// <summary>A float for every stretch of bit patterns, NaNs and infinities included, and the special values.</summary>
    public static float[] AllOverTheFloats(int stretch) => [.. SpecialValues, .. Floats.AllOver(stretch)];

    /// <summary>How many floats' spacing a result is from the exact value; 0 where both are NaN or the same infinity.</summary>
    public static double UlpError(float actual, double exact) => Floats.UlpError(actual, exact);

    /// <summary>Runs an operation with pools of one, two and three threads and asserts that each bit of the results agrees.</summary>
    public static void AssertSameForAnyThreadCount(Func<WorkerPool, float[]> run)
    {
        using WorkerPool one = new(1);
        float[] expected = run(one);
        foreach (int threads in (int[])[2, 3])
        {
            using WorkerPool pool = new(threads);
            AssertSameBits(expected, run(pool));
        }
    }

    /// <summary>Asserts that an operation allocates nothing on its thread once it has run a first time.</summary>
    public static void AssertAllocatesNothing(Action<WorkerPool> run)
    {
        using WorkerPool pool = new(2);
        run(pool);
        Assert.Equal(0, Allocations.LeastOf(() => run(pool)));
    }

    public static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
            {
                Assert.Fail($"element {i}: {expected[i]:G9} and {actual[i]:G9}");
            }
        }
    }
}
