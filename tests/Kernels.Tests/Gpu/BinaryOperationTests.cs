using Quern.Kernels.Cpu;
using Quern.Kernels.Tests.OpenCl;
using G = Quern.Kernels.Gpu;

namespace Quern.Kernels.Tests.Gpu;

/// <summary>The element-wise kernels of two operands against the CPU's, on equal shapes and broadcast.</summary>
[Collection(OpenClCollection.Name)]
public sealed class BinaryOperationTests(OpenClFixture fixture)
{
    private delegate void CpuRun(WorkerPool pool, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result);

    private delegate void CpuBroadcast(
        WorkerPool pool, ReadOnlySpan<float> left, BroadcastStrides leftStrides, ReadOnlySpan<float> right, BroadcastStrides rightStrides, Span<float> result, ReadOnlySpan<int> shape);

    private static readonly Dictionary<string, Operation> Operations = new()
    {
        ["Add"] = new(Add.Run, Add.Run, G.Add.LaunchRun, G.Add.LaunchRunBroadcast),
        ["Subtract"] = new(Subtract.Run, Subtract.Run, G.Subtract.LaunchRun, G.Subtract.LaunchRunBroadcast),
        ["Multiply"] = new(Multiply.Run, Multiply.Run, G.Multiply.LaunchRun, G.Multiply.LaunchRunBroadcast),
        ["Divide"] = new(Divide.Run, Divide.Run, G.Divide.LaunchRun, G.Divide.LaunchRunBroadcast),
        ["Power"] = new(Power.Run, Power.Run, G.Power.LaunchRun, G.Power.LaunchRunBroadcast),
        ["Maximum"] = new(Maximum.Run, Maximum.Run, G.Maximum.LaunchRun, G.Maximum.LaunchRunBroadcast),
        ["Minimum"] = new(Minimum.Run, Minimum.Run, G.Minimum.LaunchRun, G.Minimum.LaunchRunBroadcast),
        ["Equal"] = new(Equal.Run, Equal.Run, G.Equal.LaunchRun, G.Equal.LaunchRunBroadcast),
        ["NotEqual"] = new(NotEqual.Run, NotEqual.Run, G.NotEqual.LaunchRun, G.NotEqual.LaunchRunBroadcast),
        ["Greater"] = new(Greater.Run, Greater.Run, G.Greater.LaunchRun, G.Greater.LaunchRunBroadcast),
        ["GreaterOrEqual"] = new(GreaterOrEqual.Run, GreaterOrEqual.Run, G.GreaterOrEqual.LaunchRun, G.GreaterOrEqual.LaunchRunBroadcast),
        ["Less"] = new(Less.Run, Less.Run, G.Less.LaunchRun, G.Less.LaunchRunBroadcast),
        ["LessOrEqual"] = new(LessOrEqual.Run, LessOrEqual.Run, G.LessOrEqual.LaunchRun, G.LessOrEqual.LaunchRunBroadcast),
    };

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
            int length = G.BroadcastWalk.Write(shape, leftStrides, rightStrides, walk);
            GpuView<float> result = memory.Result(expected.Length);

            Operations[name].GpuBroadcast(
                fixture.Driver, LaunchSize.Covering(expected.Length, 64), memory.Upload(left), memory.Upload(right), result, memory.Upload(walk[..length]));

            Numbers.AssertClose(expected, memory.Download(result));
        }
    }

    private static int Product(int[] shape) => shape.Aggregate(1, (product, size) => product * size);

    private sealed record Operation(
        CpuRun Cpu,
        CpuBroadcast CpuBroadcast,
        Action<GpuDriver, LaunchSize, GpuView<float>, GpuView<float>, GpuView<float>> Gpu,
        Action<GpuDriver, LaunchSize, GpuView<float>, GpuView<float>, GpuView<float>, GpuView<int>> GpuBroadcast);
}
