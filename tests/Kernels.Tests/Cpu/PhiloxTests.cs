using Quern.Kernels.Cpu;
using Quern.Tests.Shared;

namespace Quern.Kernels.Tests.Cpu;

public class PhiloxTests
{
    // The published vectors: Random123, tests/kat_vectors, philox4x32 with 10 rounds.
    [Theory]
    [InlineData("00000000 00000000 00000000 00000000 00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8")]
    [InlineData("ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd")]
    [InlineData("243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1")]
    public void Words_agree_with_the_published_vectors(string counterAndKey, string expected)
    {
        uint[] words = [.. counterAndKey.Split(' ').Select(word => Convert.ToUInt32(word, 16))];
        (uint a, uint b, uint c, uint d) = Philox.Encrypt(words[0], words[1], words[2], words[3], words[4], words[5]);
        Assert.Equal(expected, $"{a:x8} {b:x8} {c:x8} {d:x8}");
    }

    [Fact]
    public void Uniform_numbers_come_from_the_words_in_order()
    {
        using WorkerPool pool = new(1);
        float[] numbers = new float[6];
        Philox.Uniform(pool, 0, 0, 0, 1, numbers);
        uint[] words = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8];
        Assert.Equal(words.Select(word => (word >> 8) / 16777216f), numbers.Take(4));
    }

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void Every_vector_width_draws_the_words_of_the_blocks(string tier) => KernelTest.OnTier(tier, () =>
    {
        const ulong Seed = 0x0123456789ABCDEF, Stream = 0xFEDCBA9876543210;
        using WorkerPool pool = new(2);
        foreach (int length in KernelTest.Lengths)
        {
            float[] uniform = new float[length + 1], normal = new float[length + 1];
            uniform[^1] = normal[^1] = -77;
            Philox.Uniform(pool, Seed, Stream, 0, 1, uniform.AsSpan(0, length));
            Philox.Normal(pool, Seed, Stream, 0, 1, normal.AsSpan(0, length));
            Assert.Equal(-77, uniform[^1]);
            Assert.Equal(-77, normal[^1]);
            for (int i = 0; i < length; i++)
            {
                (uint a, uint b, uint c, uint d) = Philox.Block(Seed, Stream, (ulong)i / 4);
                uint[] words = [a, b, c, d];
                Assert.Equal((words[i % 4] >> 8) / 16777216f, uniform[i]);

                // Box and Muller in double precision, but for the angle, which is a float.
                uint first = words[i % 4 / 2 * 2], second = words[(i % 4 / 2 * 2) + 1];
                double radius = Math.Sqrt(-2 * Math.Log(((first >> 8) + 1) / 16777216.0));
                float angle = (second >> 8) * (MathF.Tau / (1 << 24));
                double exact = radius * (i % 2 == 0 ? Math.Cos(angle) : Math.Sin(angle));
                Expect.True(Math.Abs(normal[i] - exact) <= 3e-7 * Math.Abs(exact), $"element {i}: {normal[i]:G9}, expected {exact:G9}");
            }
        }
    });

    [Fact]
    public void An_element_depends_only_on_seed_stream_and_place()
    {
        using WorkerPool pool = new(2);
        float[] all = new float[50_003];
        Philox.Normal(pool, 7, 3, 0, 1, all);
        foreach (int length in (int[])[0, 1, 2, 3, 5, 16_385])
        {
            float[] first = new float[length];
            Philox.Normal(pool, 7, 3, 0, 1, first);
            KernelTest.AssertSameBits(all.AsSpan(0, length), first);
        }

        float[] otherStream = new float[8];
        float[] otherSeed = new float[8];
        Philox.Normal(pool, 7, 4, 0, 1, otherStream);
        Philox.Normal(pool, 8, 3, 0, 1, otherSeed);
        Assert.NotEqual(all[..8], otherStream);
        Assert.NotEqual(all[..8], otherSeed);
        Assert.NotEqual(otherSeed, otherStream);

        // All 64 bits of both count.
        Philox.Normal(pool, 7, 3 + (1UL << 32), 0, 1, otherStream);
        Philox.Normal(pool, 7 + (1UL << 32), 3, 0, 1, otherSeed);
        Assert.NotEqual(all[..8], otherStream);
        Assert.NotEqual(all[..8], otherSeed);
    }

    [Fact]
    public void Numbers_are_the_same_for_any_number_of_threads() => KernelTest.AssertSameForAnyThreadCount(pool =>
    {
        float[] numbers = new float[100_003];
        Philox.Uniform(pool, ulong.MaxValue, ulong.MaxValue - 1, -1, 1, numbers);
        return numbers;
    });

    [Fact]
    public void Uniform_numbers_fill_their_range_evenly()
    {
        using WorkerPool pool = new(2);
        float[] numbers = new float[1_000_000];
        Philox.Uniform(pool, 1, 2, -3, 5, numbers);
        Assert.All(numbers.Where(number => number is not (>= -3 and < 5)), number => Assert.Fail($"{number}"));
        int[] bins = new int[100];
        foreach (float number in numbers)
        {
            bins[(int)((number + 3) / 8 * 100)]++;
        }

        // Chi-squared with 99 degrees of freedom has mean 99 and standard deviation 14.
        double chiSquared = bins.Sum(count => Math.Pow(count - 10_000, 2) / 10_000);
        Assert.InRange(chiSquared, 40, 170);
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_their_distribution()
    {
        using WorkerPool pool = new(2);
        float[] numbers = new float[1_000_000];
        Philox.Normal(pool, 1, 2, 10, 2, numbers);
        double[] standard = [.. numbers.Select(number => (number - 10.0) / 2)];
        Assert.Equal(0, standard.Average(), 0.005);
        Assert.Equal(1, standard.Average(z => z * z), 0.01);
        Assert.Equal(0, standard.Average(z => z * z * z), 0.02);
        Assert.Equal(3, standard.Average(z => z * z * z * z), 0.05);
        Assert.Equal(0, standard.Zip(standard.Skip(1), (a, b) => a * b).Average(), 0.005);
        Assert.Equal(0.6827, standard.Count(z => Math.Abs(z) < 1) / 1e6, 0.003);
        Assert.All(standard, z => Assert.InRange(z, -6, 6));
    }

    [Fact]
    public void A_permutation_holds_every_number_once_and_its_seed_repeats_it()
    {
        int[] first = new int[60_000];
        int[] again = new int[60_000];
        int[] other = new int[60_000];
        Philox.Permutation(5, 1, first);
        Philox.Permutation(5, 1, again);
        Philox.Permutation(5, 2, other);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.Equal(Enumerable.Range(0, 60_000), first.Order());
        Philox.Permutation(1, 1, []);
    }

    [Fact]
    public void Every_permutation_of_three_is_as_likely()
    {
        Dictionary<string, int> counts = [];
        int[] three = new int[3];
        for (ulong stream = 0; stream < 60_000; stream++)
        {
            Philox.Permutation(9, stream, three);
            string key = string.Join(' ', three);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 9_600, 10_400));
    }

    [Fact]
    public void Drawing_allocates_nothing()
    {
        float[] numbers = new float[50_000];
        int[] order = new int[1000];
        KernelTest.AssertAllocatesNothing(pool =>
        {
            Philox.Uniform(pool, 1, 2, 0, 1, numbers);
            Philox.Normal(pool, 1, 2, 0, 1, numbers);
            Philox.Permutation(1, 2, order);
        });
    }
}
