using Quern.Kernels.Cpu;
using Quern.Kernels.Operators;
using Quern.Kernels.Tests.OpenCl;
using G = Quern.Kernels.Gpu;

namespace Quern.Kernels.Tests.Gpu;

/// <summary>The element-wise kernels of one operand, and the backward passes, against the CPU's.</summary>
[Collection(OpenClCollection.Name)]
public sealed class UnaryOperationTests(OpenClFixture fixture)
{
    private delegate void CpuForward(WorkerPool pool, ReadOnlySpan<float> x, Span<float> y);

    private delegate void CpuBackward(WorkerPool pool, ReadOnlySpan<float> outputGradient, ReadOnlySpan<float> output, Span<float> inputGradient);

    private static readonly Dictionary<string, (CpuForward Cpu, Action<GpuDriver, LaunchSize, GpuView<float>, GpuView<float>> Gpu)> Forwards = new()
    {
        ["Abs"] = (Unary.Run<AbsOperator>, G.Unary.LaunchRun<AbsOperator>),
        ["Cos"] = (Unary.Run<CosOperator>, G.Unary.LaunchRun<CosOperator>),
        ["Exp"] = (Unary.Run<ExpOperator>, G.Unary.LaunchRun<ExpOperator>),
        ["Log"] = (Unary.Run<LogOperator>, G.Unary.LaunchRun<LogOperator>),
        ["Negate"] = (Unary.Run<NegateOperator>, G.Unary.LaunchRun<NegateOperator>),
        ["Reciprocal"] = (Unary.Run<ReciprocalOperator>, G.Unary.LaunchRun<ReciprocalOperator>),
        ["Relu"] = (Unary.Run<ReluOperator>, G.Unary.LaunchRun<ReluOperator>),
        ["Sigmoid"] = (Unary.Run<SigmoidOperator>, G.Unary.LaunchRun<SigmoidOperator>),
        ["Sin"] = (Unary.Run<SinOperator>, G.Unary.LaunchRun<SinOperator>),
        ["Sqrt"] = (Unary.Run<SqrtOperator>, G.Unary.LaunchRun<SqrtOperator>),
        ["Square"] = (Unary.Run<SquareOperator>, G.Unary.LaunchRun<SquareOperator>),
        ["Tanh"] = (Unary.Run<TanhOperator>, G.Unary.LaunchRun<TanhOperator>),
    };

    private static readonly Dictionary<string, (CpuBackward Cpu, Action<GpuDriver, LaunchSize, GpuView<float>, GpuView<float>, GpuView<float>> Gpu)> Backwards = new()
    {
        ["Relu"] = (Binary.Run<ReluGradientOperator>, G.Binary.LaunchRun<ReluGradientOperator>),
        ["Sigmoid"] = (Binary.Run<SigmoidGradientOperator>, G.Binary.LaunchRun<SigmoidGradientOperator>),
        ["Tanh"] = (Binary.Run<TanhGradientOperator>, G.Binary.LaunchRun<TanhGradientOperator>),
    };

    public static TheoryData<string> ForwardNames => [.. Forwards.Keys];

    public static TheoryData<string> BackwardNames => [.. Backwards.Keys];

    [Theory]
    [MemberData(nameof(ForwardNames))]
    public void The_forward_pass_agrees_with_the_cpu(string name)
    {
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);
        foreach (int length in new[] { 1, 7, 64, 1009 })
        {
            float[] x = Numbers.Random(length, length, 6);
            if (length > 8)
            {
                float[] special = [0f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 1f, -1f, 80f, -80f];
                special.CopyTo(x, 0);
            }

            float[] expected = new float[length];
            Forwards[name].Cpu(pool, x, expected);
            GpuView<float> y = memory.Result(length);

            Forwards[name].Gpu(fixture.Driver, LaunchSize.Covering(length, 64), memory.Upload(x), y);

            Numbers.AssertClose(expected, memory.Download(y));
        }
    }

    [Theory]
    [MemberData(nameof(BackwardNames))]
    public void The_backward_pass_agrees_with_the_cpu(string name)
    {
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);
        foreach (int length in new[] { 1, 7, 64, 1009 })
        {
            float[] outputGradient = Numbers.Random(length, 1);
            float[] output = Numbers.Random(length, 2, 1);
            output[0] = 0;
            float[] expected = new float[length];
            Backwards[name].Cpu(pool, outputGradient, output, expected);
            GpuView<float> gradient = memory.Upload(outputGradient);

            // Over its own operand, as the layers do.
            Backwards[name].Gpu(fixture.Driver, LaunchSize.Covering(length, 64), gradient, memory.Upload(output), gradient);

            Numbers.AssertClose(expected, memory.Download(gradient));
        }
    }
}
