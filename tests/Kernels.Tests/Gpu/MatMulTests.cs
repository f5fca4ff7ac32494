using Quern.Kernels.Cpu;
using Quern.Kernels.Tests.OpenCl;
using G = Quern.Kernels.Gpu;

namespace Quern.Kernels.Tests.Gpu;

/// <summary>Every kernel of the matrix product against the CPU's, on whatever device there is.</summary>
[Collection(OpenClCollection.Name)]
public sealed class MatMulTests(OpenClFixture fixture)
{
    private static readonly (int M, int N, int K)[] Sizes =
    [
        (1, 1, 1), (1, 17, 5), (7, 1, 33), (5, 3, 0), (6, 16, 16), (16, 16, 64), (13, 31, 7), (67, 65, 19), (61, 128, 130), (128, 70, 257),
    ];

    public static TheoryData<string, bool, bool> Cases
    {
        get
        {
            TheoryData<string, bool, bool> cases = new();
            foreach (string kernel in new[] { "Tile64", "Tile16", "Strip", "PackedStrip", "Launcher" })
            {
                cases.Add(kernel, false, false);
                cases.Add(kernel, false, true);
                cases.Add(kernel, true, false);
                cases.Add(kernel, true, true);
            }

            return cases;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void A_kernel_agrees_with_the_cpu(string kernel, bool transposeLeft, bool transposeRight)
    {
        foreach ((int m, int n, int k) in Sizes)
        {
            Check(kernel, m, n, k, transposeLeft, transposeRight, accumulate: false, withBias: false, Activation.None, withGradient: false, Activation.None);
        }
    }

    [SkippableTheory]
    [InlineData("Tile64")]
    [InlineData("Tile16")]
    [InlineData("Strip")]
    [InlineData("PackedStrip")]
    [InlineData("Launcher")]
    public void An_epilogue_agrees_with_the_cpu(string kernel)
    {
        foreach (Activation activation in Enum.GetValues<Activation>())
        {
            Check(kernel, 19, 37, 11, false, true, accumulate: false, withBias: true, activation, withGradient: false, Activation.None);
            Check(kernel, 19, 32, 11, true, false, accumulate: true, withBias: false, Activation.None, withGradient: true, activation);
        }

        Check(kernel, 67, 48, 5, false, false, accumulate: true, withBias: true, Activation.Tanh, withGradient: true, Activation.Sigmoid);
        Check(kernel, 5, 3, 0, false, false, accumulate: true, withBias: true, Activation.Relu, withGradient: false, Activation.None);
    }

    [SkippableFact]
    public void Two_runs_give_the_same_bits()
    {
        using GpuMemory memory = new(fixture.Driver);
        G.MatMulLauncher launcher = new(fixture.Driver);
        GpuView<float> left = memory.Upload(Numbers.Random(67 * 129, 1));
        GpuView<float> right = memory.Upload(Numbers.Random(129 * 33, 2));
        GpuView<float> first = memory.Result(67 * 33);
        GpuView<float> second = memory.Result(67 * 33);

        launcher.Run(67, 33, 129, left, false, right, false, first);
        launcher.Run(67, 33, 129, left, false, right, false, second);

        Assert.Equal(memory.Download(first), memory.Download(second));
    }

    private void Check(
        string kernel, int m, int n, int k, bool transposeLeft, bool transposeRight, bool accumulate, bool withBias, Activation activation, bool withGradient, Activation gradientActivation)
    {
        if (kernel == "Strip" && (transposeRight || n % G.MatMul.StripColumns != 0))
        {
            // It reads whole panels; the launcher packs these first.
            return;
        }

        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);
        float[] left = Numbers.Random(m * k, 1, 1);
        float[] right = Numbers.Random(k * n, 2, 1);
        float[] expected = Numbers.Random(m * n, 3, 1);
        float[] bias = withBias ? Numbers.Random(n, 4, 1) : [];
        float[] gradientOutput = withGradient ? Numbers.Random(m * n, 5, 1) : [];
        GpuView<float> result = memory.Upload(expected);
        MatMulEpilogue epilogue = new() { Bias = bias, Activation = activation, GradientOutput = gradientOutput, GradientActivation = gradientActivation };
        MatMul.Run(pool, m, n, k, left, transposeLeft, right, transposeRight, expected, accumulate, epilogue);

        GpuView<float> a = memory.Upload(left);
        GpuView<float> b = memory.Upload(right);
        GpuView<float> biasView = withBias ? memory.Upload(bias) : default;
        GpuView<float> gradientView = withGradient ? memory.Upload(gradientOutput) : default;
        (int leftRow, int leftStep) = transposeLeft ? (1, m) : (k, 1);
        (int rightStep, int rightColumn) = transposeRight ? (1, k) : (n, 1);
        int add = accumulate ? 1 : 0;
        int panels = (n + 15) / 16;
        GpuDriver driver = fixture.Driver;
        switch (kernel)
        {
            case "Tile64":
                G.MatMul.LaunchTile64(
                    driver, new LaunchSize((n + 63) / 64, (m + 63) / 64, 16, 16), a, leftRow, leftStep, b, rightStep, rightColumn, m, n, k, add, biasView, (int)activation, gradientView, (int)gradientActivation, result);
                break;
            case "Tile16":
                G.MatMul.LaunchTile16(
                    driver, new LaunchSize((n + 15) / 16, (m + 15) / 16, 16, 16), a, leftRow, leftStep, b, rightStep, rightColumn, m, n, k, add, biasView, (int)activation, gradientView, (int)gradientActivation, result);
                break;
            case "Strip":
                G.MatMul.LaunchStrip(
                    driver, new LaunchSize(panels, (m + 5) / 6, 1, 1), a, leftRow, leftStep, b, 16, n, m, n, k, add, biasView, (int)activation, gradientView, (int)gradientActivation, result);
                break;
            case "PackedStrip":
                GpuView<float> packed = memory.Result(panels * 16 * k);
                if (k > 0)
                {
                    G.MatMul.LaunchPackRight(driver, new LaunchSize(panels, (k + 63) / 64, 1, 1), b, rightStep, rightColumn, n, k, packed);
                }

                G.MatMul.LaunchStrip(
                    driver, new LaunchSize(panels, (m + 5) / 6, 1, 1), a, leftRow, leftStep, packed, 16 * k, 16, m, n, k, add, biasView, (int)activation, gradientView, (int)gradientActivation, result);
                break;
            default:
                new G.MatMulLauncher(driver).Run(m, n, k, a, transposeLeft, b, transposeRight, result, accumulate, biasView, activation, gradientView, gradientActivation);
                break;
        }

        Numbers.AssertClose(expected, memory.Download(result), 1e-5f, 1e-6f * (k + 4));
    }
}
