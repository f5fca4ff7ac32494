using Quern.Kernels.Cpu;
using Quern.Kernels.Operators;
using Quern.Tests.Shared;

namespace Quern.Kernels.Tests.Cpu;

public class BinaryTests
{
    private delegate void Kernel(WorkerPool pool, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result);

    private delegate void ScalarKernel(WorkerPool pool, ReadOnlySpan<float> left, float right, Span<float> result);

    private delegate void LeftKernel(WorkerPool pool, float left, ReadOnlySpan<float> right, Span<float> result);

    private delegate void BroadcastKernel(
        WorkerPool pool, ReadOnlySpan<float> left, BroadcastStrides leftStrides, ReadOnlySpan<float> right, BroadcastStrides rightStrides,
        Span<float> result, ReadOnlySpan<int> shape);

    private sealed record Operation(Kernel Run, ScalarKernel RunScalar, LeftKernel RunLeft, BroadcastKernel RunBroadcast, Func<double, double, double> Exact);

    private static readonly Dictionary<string, Operation> Operations = new()
    {
        ["Add"] = Of<AddOperator>((a, b) => a + b),
        ["Subtract"] = Of<SubtractOperator>((a, b) => a - b),
        ["Multiply"] = Of<MultiplyOperator>((a, b) => a * b),
        ["Divide"] = Of<DivideOperator>((a, b) => a / b),
        ["Maximum"] = Of<MaximumOperator>(Math.Max),
        ["Minimum"] = Of<MinimumOperator>(Math.Min),
        ["Power"] = Of<PowerOperator>(Math.Pow),
        ["Equal"] = Of<EqualOperator>((a, b) => a == b ? 1 : 0),
        ["NotEqual"] = Of<NotEqualOperator>((a, b) => a != b ? 1 : 0),
        ["Greater"] = Of<GreaterOperator>((a, b) => a > b ? 1 : 0),
        ["GreaterOrEqual"] = Of<GreaterOrEqualOperator>((a, b) => a >= b ? 1 : 0),
        ["Less"] = Of<LessOperator>((a, b) => a < b ? 1 : 0),
        ["LessOrEqual"] = Of<LessOrEqualOperator>((a, b) => a <= b ? 1 : 0),
    };

    private static Operation Of<TOperator>(Func<double, double, double> exact)
        where TOperator : struct, IBinaryOperator =>
        new(Binary.Run<TOperator>, Binary.Run<TOperator>, Binary.Run<TOperator>, Binary.Run<TOperator>, exact);

    public static TheoryData<string, string> OperationsOnTiers => KernelTest.OnAllTiers(Operations.Keys);

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(OperationsOnTiers))]
    public void Run_agrees_with_the_plain_formula(string name, string tier) => KernelTest.OnTier(tier, () =>
    {
        Operation operation = Operations[name];
        using WorkerPool pool = new(2);
        foreach (int length in KernelTest.Lengths)
        {
            // Whole numbers, so that some operands are equal.
            float[] left = [.. KernelTest.Numbers(length, seed: 1).Select(x => MathF.Round(x))];
            float[] right = [.. KernelTest.Numbers(length, seed: 2).Select(x => MathF.Round(x))];
            float[] result = new float[length + 1];
            result[^1] = -77;
            operation.Run(pool, left, right, result.AsSpan(0, length));
            AssertClose(length, result, i => operation.Exact(left[i], right[i]));
            operation.RunScalar(pool, left, 2.5f, result.AsSpan(0, length));
            AssertClose(length, result, i => operation.Exact(left[i], 2.5f));
            operation.RunLeft(pool, -1, right, result.AsSpan(0, length));
            AssertClose(length, result, i => operation.Exact(-1, right[i]));
            Assert.Equal(-77, result[^1]);
        }
    });

    [Theory]
    [MemberData(nameof(OperationsOnTiers))]
    public void Special_values_give_what_the_standard_says(string name, string tier) => KernelTest.OnTier(tier, () =>
    {
        Operation operation = Operations[name];
        using WorkerPool pool = new(1);
        float[] values = KernelTest.SpecialValues;
        float[] left = [.. values.SelectMany(a => Enumerable.Repeat(a, values.Length))];
        float[] right = [.. values.SelectMany(_ => values)];
        float[] result = new float[left.Length];
        operation.Run(pool, left, right, result);
        AssertClose(left.Length, result, i => operation.Exact(left[i], right[i]));
    });

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void Power_is_within_an_ulp_wherever_the_result_is_a_number(string tier) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(1);
        float[] bases = KernelTest.AllOverTheFloats(524_287);
        Random random = new(1);
        foreach (double reach in (double[])[1, 3, 150])
        {
            // Exponents for which the power of two is anything up to the reach.
            float[] exponents = [.. bases.Select(x => (float)(((random.NextDouble() * 2) - 1) * reach / Math.Max(Math.Abs(Math.Log2(Math.Abs((double)x))), 1e-9)))];
            float[] result = new float[bases.Length];
            Binary.Run<PowerOperator>(pool, bases, exponents, result);
            AssertClose(result.Length, result, i => Math.Pow(bases[i], exponents[i]));
        }
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_in_place_of_either_operand_gives_the_same(string name)
    {
        Operation operation = Operations[name];
        using WorkerPool pool = new(2);
        float[] left = KernelTest.Numbers(33_001, seed: 1);
        float[] right = KernelTest.Numbers(33_001, seed: 2);
        float[] result = new float[left.Length];
        operation.Run(pool, left, right, result);
        float[] inLeft = [.. left];
        operation.Run(pool, inLeft, right, inLeft);
        KernelTest.AssertSameBits(result, inLeft);
        operation.Run(pool, left, right, right);
        KernelTest.AssertSameBits(result, right);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_is_the_same_for_any_number_of_threads_and_allocates_nothing(string name)
    {
        Operation operation = Operations[name];
        float[] left = KernelTest.Numbers(100_003, seed: 1);
        float[] right = KernelTest.Numbers(100_003, seed: 2);
        float[] result = new float[left.Length];
        KernelTest.AssertSameForAnyThreadCount(pool =>
        {
            operation.Run(pool, left, right, result);
            return [.. result];
        });
        KernelTest.AssertAllocatesNothing(pool => operation.Run(pool, left, right, result));
        KernelTest.AssertAllocatesNothing(pool => operation.RunScalar(pool, left, 3, result));
    }

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void Results_too_large_for_caches_are_written_whole_wherever_they_begin(string tier) => KernelTest.OnTier(tier, () =>
    {
        const int Length = (1 << 21) + 37;
        using WorkerPool pool = new(2);
        float[] left = KernelTest.Numbers(Length, seed: 1);
        float[] right = KernelTest.Numbers(Length, seed: 2);
        float[] result = GC.AllocateUninitializedArray<float>(Length + 40, pinned: true);
        for (int start = 0; start < 40; start += 13)
        {
            Array.Fill(result, -77);
            Binary.Run<SubtractOperator>(pool, left, right, result.AsSpan(start, Length));
            Assert.True(result.AsSpan(0, start).IndexOfAnyExcept(-77) < 0 && result.AsSpan(start + Length).IndexOfAnyExcept(-77) < 0);
            for (int i = 0; i < Length; i++)
            {
                if (result[start + i] != left[i] - right[i])
                {
                    Assert.Fail($"element {i}: {result[start + i]:G9}");
                }
            }
        }
    });

    public static TheoryData<int[], int[], int[]> Broadcasts => new()
    {
        { [], [], [] },
        { [1], [7], [7] },
        { [3, 1], [1, 5], [3, 5] },
        { [4, 9], [9], [4, 9] },
        { [9], [4, 9], [4, 9] },
        { [6, 1], [6, 17], [6, 17] },
        { [2, 3, 1, 5], [3, 4, 1], [2, 3, 4, 5] },
        { [5, 1, 2, 1, 3, 1], [1, 4, 1, 3, 1, 2], [5, 4, 2, 3, 3, 2] },
        { [1, 1], [1, 1], [1, 1] },
        { [0, 3], [1, 3], [0, 3] },
        { [211, 1], [1, 241], [211, 241] },
        { [5003, 8], [8], [5003, 8] },
        { [5003, 8], [5003, 1], [5003, 8] },
        { [7, 701, 3], [7, 1, 3], [7, 701, 3] },
        { [7, 1, 5], [701, 1], [7, 701, 5] },
        { [3, 1, 129], [97, 1], [3, 97, 129] },
        { [2, 211, 1, 2], [2, 1, 31, 1], [2, 211, 31, 2] },
        { [300, 1, 1], [1, 17, 128], [300, 17, 128] },
        { [129, 257], [1], [129, 257] },
        { [1], [40009], [40009] },
    };

    [Theory]
    [MemberData(nameof(Broadcasts))]
    public void Broadcasting_agrees_with_the_plain_walk(int[] leftShape, int[] rightShape, int[] shape)
    {
        foreach (string tier in KernelTest.TierNames)
        {
            KernelTest.OnTier(tier, () =>
            {
                using WorkerPool pool = new(2);
                float[] left = KernelTest.Numbers(Product(leftShape), seed: 1);
                float[] right = KernelTest.Numbers(Product(rightShape), seed: 2);
                float[] result = new float[Product(shape)];
                BroadcastStrides leftStrides = BroadcastStrides.For(leftShape, shape);
                BroadcastStrides rightStrides = BroadcastStrides.For(rightShape, shape);
                Binary.Run<SubtractOperator>(pool, left, leftStrides, right, rightStrides, result, shape);
                for (int i = 0; i < result.Length; i++)
                {
                    int rest = i;
                    int leftAt = 0;
                    int rightAt = 0;
                    for (int axis = shape.Length - 1; axis >= 0; axis--)
                    {
                        leftAt += rest % shape[axis] * leftStrides[axis];
                        rightAt += rest % shape[axis] * rightStrides[axis];
                        rest /= shape[axis];
                    }

                    float expected = left[leftAt] - right[rightAt];
                    Expect.True(result[i] == expected, $"element {i}: {result[i]:G9}, expected {expected:G9}");
                }
            });
        }
    }

    [Fact]
    public void A_transposed_operand_is_walked_by_its_strides()
    {
        using WorkerPool pool = new(1);
        float[] left = [1, 2, 3, 4, 5, 6];
        float[] result = new float[6];
        Binary.Run<AddOperator>(pool, left, new BroadcastStrides([1, 2]), [10], new BroadcastStrides([0, 0]), result, [2, 3]);
        Assert.Equal([11, 13, 15, 12, 14, 16], result);
    }

    [Fact]
    public void Broadcasting_that_does_not_fit_is_refused()
    {
        using WorkerPool pool = new(1);
        ArgumentException error = Assert.Throws<ArgumentException>(() => BroadcastStrides.For([3, 4], [3, 5]));
        Assert.Contains("[3, 4] cannot be broadcast to [3, 5]", error.Message, StringComparison.Ordinal);
        BroadcastStrides strides = BroadcastStrides.For([2, 3], [2, 3]);
        Assert.Throws<ArgumentException>(() => Binary.Run<AddOperator>(pool, new float[5], strides, new float[6], strides, new float[6], [2, 3]));
        Assert.Throws<ArgumentException>(() => Binary.Run<AddOperator>(pool, new float[6], strides, new float[6], strides, new float[5], [2, 3]));
        float[] memory = new float[6];
        Assert.Throws<ArgumentException>(
            () => Binary.Run<AddOperator>(pool, memory, BroadcastStrides.For([1, 3], [2, 3]), new float[6], strides, memory, [2, 3]));
    }

    private static int Product(int[] shape) => shape.Aggregate(1, (product, size) => product * size);

    private static void AssertClose(int length, float[] actual, Func<int, double> exact)
    {
        for (int i = 0; i < length; i++)
        {
            double expected = exact(i);
            Expect.True(KernelTest.UlpError(actual[i], expected) <= 1, $"element {i}: {actual[i]:G9}, expected {expected:G9}");
        }
    }
}
