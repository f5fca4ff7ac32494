using Quern.Kernels.Cpu;
using Quern.Kernels.Operators;
using Quern.Kernels.Tests.OpenCl;
using G = Quern.Kernels.Gpu;

namespace Quern.Kernels.Tests.Gpu;

/// <summary>The element-wise kernels of two operands against the CPU's, on equal shapes and broadcast.</summary>
[Collection(OpenClCollection.Name)]
public sealed class BinaryOperationTests(OpenClFixture fixture)
{
    private delegate void CpuRun(WorkerPool pool, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result);

    private delegate void CpuRight(WorkerPool pool, ReadOnlySpan<float> left, float right, Span<float> result);

    private delegate void CpuLeft(WorkerPool pool, float left, ReadOnlySpan<float> right, Span<float> result);

    private delegate void CpuBroadcast(
        WorkerPool pool, ReadOnlySpan<float> left, BroadcastStrides leftStrides, ReadOnlySpan<float> right, BroadcastStrides rightStrides, Span<float> result, ReadOnlySpan<int> shape);

    private static readonly Dictionary<string, Operation> Operations = new()
    {
        ["Add"] = Of<AddOperator>(),
        ["Subtract"] = Of<SubtractOperator>(),
        ["Multiply"] = Of<MultiplyOperator>(),
        ["Divide"] = Of<DivideOperator>(),
        ["Power"] = Of<PowerOperator>(),
        ["Maximum"] = Of<MaximumOperator>(),
        ["Minimum"] = Of<MinimumOperator>(),
        ["Equal"] = Of<EqualOperator>(),
        ["NotEqual"] = Of<NotEqualOperator>(),
        ["Greater"] = Of<GreaterOperator>(),
        ["GreaterOrEqual"] = Of<GreaterOrEqualOperator>(),
        ["Less"] = Of<LessOperator>(),
        ["LessOrEqual"] = Of<LessOrEqualOperator>(),
    };

    private static Operation Of<TOperator>()
        where TOperator : struct, IBinaryOperator => new(
            Binary.Run<TOperator>,
            Binary.Run<TOperator>,
            Binary.Run<TOperator>,
            Binary.Run<TOperator>,
            G.Binary.LaunchRun<TOperator>,
            G.Binary.LaunchRunRight<TOperator>,
            G.Binary.LaunchRunLeft<TOperator>,
            G.Binary.LaunchRunBroadcast<TOperator>);

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Equal_shapes_agree_with_the_cpu(string name)
    {
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);
        foreach (int length in new[] { 1, 7, 1009 })
        {
            float[] left = Numbers.Random(length, 1);
            float[] right = Numbers.Random(length, 2);
            if (length > 8)
            {
                float[] specialLeft = [0f, -0f, float.NaN, 1f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 3f];
                float[] specialRight = [-0f, 0f, 1f, float.NaN, float.NaN, float.NegativeInfinity, float.NegativeInfinity, 3f];
                specialLeft.CopyTo(left, 0);
                specialRight.CopyTo(right, 0);
            }

            float[] expected = new float[length];
            Operations[name].Cpu(pool, left, right, expected);
            GpuView<float> result = memory.Result(length);

            Operations[name].Gpu(fixture.Driver, LaunchSize.Covering(length, 64), memory.Upload(left), memory.Upload(right), result);

            Numbers.AssertClose(expected, memory.Download(result));

            Operations[name].CpuRight(pool, left, 1.5f, expected);
            Operations[name].GpuRight(fixture.Driver, LaunchSize.Covering(length, 64), memory.Upload(left), 1.5f, result);
            Numbers.AssertClose(expected, memory.Download(result));

            Operations[name].CpuLeft(pool, 1.5f, right, expected);
            Operations[name].GpuLeft(fixture.Driver, LaunchSize.Covering(length, 64), 1.5f, memory.Upload(right), result);
            Numbers.AssertClose(expected, memory.Download(result));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Broadcast_operands_agree_with_the_cpu(string name)
    {
        (int[] Left, int[] Right, int[] Result)[] shapes =
        [
            ([], [], []),
            ([3, 5], [5], [3, 5]),
            ([3, 1], [1, 5], [3, 5]),
            ([7], [], [7]),
            ([2, 3, 4], [3, 1], [2, 3, 4]),
            ([2, 1, 3, 1, 2, 1], [1, 2, 1, 3, 1, 2], [2, 2, 3, 3, 2, 2]),
        ];
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);
        foreach ((int[] leftShape, int[] rightShape, int[] shape) in shapes)
        {
            float[] left = Numbers.Random(Product(leftShape), 1);
            float[] right = Numbers.Random(Product(rightShape), 2);
            BroadcastStrides leftStrides = BroadcastStrides.For(leftShape, shape);
            BroadcastStrides rightStrides = BroadcastStrides.For(rightShape, shape);
            float[] expected = new float[Product(shape)];
            Operations[name].CpuBroadcast(pool, left, leftStrides, right, rightStrides, expected, shape);
            int[] walk = new int[G.Broadcast.MaxWalkLength];
            int length = PairWalk.Broadcast(leftShape, rightShape, shape).WriteTo(walk);
            GpuView<float> result = memory.Result(expected.Length);

            Operations[name].GpuBroadcast(
                fixture.Driver, LaunchSize.Covering(expected.Length, 64), memory.Upload(left), memory.Upload(right), result, memory.Upload(walk[..length]));

            Numbers.AssertClose(expected, memory.Download(result));
        }
    }

    private static int Product(int[] shape) => shape.Aggregate(1, (product, size) => product * size);

    private sealed record Operation(
        CpuRun Cpu,
        CpuRight CpuRight,
        CpuLeft CpuLeft,
        CpuBroadcast CpuBroadcast,
        Action<GpuDriver, LaunchSize, GpuView<float>, GpuView<float>, GpuView<float>> Gpu,
        Action<GpuDriver, LaunchSize, GpuView<float>, float, GpuView<float>> GpuRight,
        Action<GpuDriver, LaunchSize, float, GpuView<float>, GpuView<float>> GpuLeft,
        Action<GpuDriver, LaunchSize, GpuView<float>, GpuView<float>, GpuView<float>, GpuView<int>> GpuBroadcast);
}
