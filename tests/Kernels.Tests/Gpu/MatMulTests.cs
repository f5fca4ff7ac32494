using System.Globalization;
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
        (1, 1, 1), (1, 17, 5), (7, 1, 33), (5, 3, 0), (6, 16, 16), (16, 16, 64), (13, 31, 7), (67, 65, 19), (61, 128, 130), (128, 70, 257), (129, 132, 20), (40, 260, 72),
    ];

    public static TheoryData<string, bool, bool> Cases
    {
        get
        {
            TheoryData<string, bool, bool> cases = new();
            foreach (string kernel in new[] { "Tile128", "Tile64", "Tile16", "Strip", "PackedStrip", "Launcher", "LauncherAsGpu" })
            {
                cases.Add(kernel, false, false);
                cases.Add(kernel, false, true);
                cases.Add(kernel, true, false);
                cases.Add(kernel, true, true);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_kernel_agrees_with_the_cpu(string kernel, bool transposeLeft, bool transposeRight)
    {
        foreach ((int m, int n, int k) in Sizes)
        {
            Check(kernel, m, n, k, transposeLeft, transposeRight, accumulate: false, withBias: false, Activation.None, withGradient: false, Activation.None);
        }
    }

    [Theory]
    [InlineData("Tile128")]
    [InlineData("Tile64")]
    [InlineData("Tile16")]
    [InlineData("Strip")]
    [InlineData("PackedStrip")]
    [InlineData("Launcher")]
    [InlineData("LauncherAsGpu")]
    public void An_epilogue_agrees_with_the_cpu(string kernel)
    {
        foreach (Activation activation in Enum.GetValues<Activation>())
        {
            Check(kernel, 19, 37, 11, false, true, accumulate: false, withBias: true, activation, withGradient: false, Activation.None);
            Check(kernel, 19, 32, 11, true, false, accumulate: true, withBias: false, Activation.None, withGradient: true, activation);
        }

        Check(kernel, 67, 48, 5, false, false, accumulate: true, withBias: true, Activation.Tanh, withGradient: true, Activation.Sigmoid);
        Check(kernel, 67, 48, 5, false, false, accumulate: true, withBias: false, Activation.None, withGradient: false, Activation.None);
        Check(kernel, 5, 3, 0, false, false, accumulate: true, withBias: true, Activation.Relu, withGradient: false, Activation.None);
    }

    // The second is cut along its steps on a GPU.
    [Theory]
    [InlineData(67, 33, 129)]
    [InlineData(20, 9, 2500)]
    public void Two_runs_give_the_same_bits(int m, int n, int k)
    {
        foreach (GpuDriver driver in new GpuDriver[] { fixture.Driver, new AsGpu(fixture.Driver) })
        {
            using GpuMemory memory = new(driver);
            G.MatMulLauncher launcher = new(driver);
            GpuView<float> left = memory.Upload(Numbers.Random(m * k, 1));
            GpuView<float> right = memory.Upload(Numbers.Random(k * n, 2));
            GpuView<float> first = memory.Result(m * n);
            GpuView<float> second = memory.Result(m * n);

            launcher.Run(m, n, k, left, false, right, false, first);
            launcher.Run(m, n, k, left, false, right, false, second);

            Assert.Equal(memory.Download(first), memory.Download(second));
        }
    }

    [Theory]
    [InlineData(1, 1, 1024)]
    [InlineData(20, 9, 2503)]
    [InlineData(40, 40, 2300)]
    [InlineData(3, 17, 40_000)]
    public void A_product_of_few_tiles_is_cut_along_its_steps(int m, int n, int k)
    {
        AsGpu driver = new(fixture.Driver);
        G.MatMulLauncher launcher = new(driver);
        Assert.InRange(launcher.Plan(1, m, n, k).Parts, 2, 32);
        foreach (bool transposed in new[] { false, true })
        {
            Check("LauncherAsGpu", m, n, k, transposed, transposed, accumulate: false, withBias: false, Activation.None, withGradient: false, Activation.None);
            Check("LauncherAsGpu", m, n, k, transposed, !transposed, accumulate: true, withBias: true, Activation.Tanh, withGradient: true, Activation.Sigmoid);
        }
    }

    // 32 compute units: see GpuDriver.ComputeUnits.
    [Theory]
    [InlineData(1, 128, 32, 64, 16, 1)]
    [InlineData(1, 128, 256, 784, 16, 1)]
    [InlineData(1, 784, 256, 128, 64, 1)]
    [InlineData(1, 512, 512, 512, 64, 1)]
    [InlineData(1, 2048, 2048, 2048, 128, 1)]
    [InlineData(1, 256, 256, 4096, 128, 16)]
    [InlineData(128, 16, 49, 72, 16, 1)]
    [InlineData(64, 128, 128, 4096, 128, 1)]
    public void Tile_and_parts_follow_from_the_sizes(int batch, int m, int n, int k, int tile, int parts) =>
        Assert.Equal((tile, parts), new G.MatMulLauncher(new AsGpu(fixture.Driver)).Plan(batch, m, n, k));

    // Views that begin anywhere, and rows of any length: four neighbours are then read one by one.
    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 3)]
    [InlineData(4, 8)]
    public void Operands_may_begin_anywhere(int leftOffset, int rightOffset)
    {
        const int M = 130;
        const int N = 132;
        const int K = 36;
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);
        float[] left = Numbers.Random(leftOffset + (M * K), 1, 1);
        float[] right = Numbers.Random(rightOffset + (K * N), 2, 1);
        float[] expected = new float[M * N];
        MatMul.Run(pool, M, N, K, left.AsSpan(leftOffset), false, right.AsSpan(rightOffset), false, expected, false);
        GpuView<float> result = memory.Result(M * N);
        new G.MatMulLauncher(new AsGpu(fixture.Driver)).Run(
            M, N, K, memory.Upload(left).Slice(leftOffset, M * K), false, memory.Upload(right).Slice(rightOffset, K * N), false, result);
        Numbers.AssertClose(expected, memory.Download(result), 1e-5f, 1e-6f * K);
    }

    [Fact]
    public void Several_products_may_have_a_bias_for_each_row()
    {
        const int Batch = 3;
        const int M = 19;
        const int N = 21;
        const int K = 10;
        foreach (GpuDriver driver in new GpuDriver[] { fixture.Driver, new AsGpu(fixture.Driver) })
        {
            using GpuMemory memory = new(driver);
            float[] bias = Numbers.Random(Batch * M, 3, 1);
            float[] outputs = Numbers.Random(Batch * M * N, 4, 1);
            G.MatMulLauncher launcher = new(driver);
            G.MatMulLauncher.Operand left = new(memory.Upload(Numbers.Random(Batch * M * K, 1, 1)), K, 1, M * K);
            G.MatMulLauncher.Operand right = new(memory.Upload(Numbers.Random(Batch * K * N, 2, 1)), N, 1, K * N);
            GpuView<float> plain = memory.Result(Batch * M * N);
            GpuView<float> result = memory.Result(Batch * M * N);
            launcher.RunBatch(Batch, M, N, K, left, right, plain, M * N, accumulate: false);
            launcher.RunBatch(
                Batch, M, N, K, left, right, result, M * N, accumulate: false, new(memory.Upload(bias), Activation.Tanh, memory.Upload(outputs), Activation.Tanh), new(1, M));
            float[] expected = memory.Download(plain);
            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] = MathF.Tanh(expected[i] + bias[i / N]) * (1 - (outputs[i] * outputs[i]));
            }

            Numbers.AssertClose(expected, memory.Download(result), 1e-5f, 1e-6f * K);
        }
    }

    [Theory]
    [InlineData(3, 5, 17, 7)]
    [InlineData(2, 19, 32, 33)]
    [InlineData(4, 66, 3, 130)]
    [InlineData(1, 1, 1, 0)]
    public void Several_products_at_once_are_those_that_are_made_one_by_one(int batch, int m, int n, int k)
    {
        using GpuMemory memory = new(fixture.Driver);
        G.MatMulLauncher launcher = new(fixture.Driver);
        GpuView<float> left = memory.Upload(Numbers.Random(m * k, 1, 1));
        GpuView<float> right = memory.Upload(Numbers.Random(batch * k * n, 2, 1));
        float[] sum = Numbers.Random(batch * m * n, 3, 1);
        GpuView<float> expected = memory.Upload(sum);
        GpuView<float> actual = memory.Upload(sum);
        foreach (bool transposeRight in new[] { false, true })
        {
            for (int i = 0; i < batch; i++)
            {
                launcher.Run(
                    m, n, k, left, false, right.Slice((long)i * k * n, (long)k * n), transposeRight, expected.Slice((long)i * m * n, (long)m * n), accumulate: true);
            }

            launcher.RunBatch(
                batch, m, n, k, new(left, k, 1, 0), new(right, transposeRight ? 1 : n, transposeRight ? k : 1, k * n), actual, m * n, accumulate: true);

            Numbers.AssertClose(memory.Download(expected), memory.Download(actual), 1e-5f, 1e-6f * (k + 4));
        }
    }

    [Theory]
    [InlineData("Tile128")]
    [InlineData("Tile64")]
    [InlineData("Tile16")]
    public void A_kernel_for_GPUs_makes_several_products_at_once(string kernel)
    {
        const int Batch = 3;
        const int M = 17;
        const int N = 70;
        const int K = 19;
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);
        float[] left = Numbers.Random(Batch * M * K, 1, 1);
        float[] right = Numbers.Random(Batch * K * N, 2, 1);
        float[] expected = new float[Batch * M * N];
        for (int i = 0; i < Batch; i++)
        {
            MatMul.Run(
                pool, M, N, K, left.AsSpan(i * M * K, M * K), false, right.AsSpan(i * K * N, K * N), false, expected.AsSpan(i * M * N, M * N), false);
        }

        GpuView<float> a = memory.Upload(left);
        GpuView<float> b = memory.Upload(right);
        GpuView<float> result = memory.Result(expected.Length);
        LaunchTile(kernel, Batch, M, N, K, (a, K, 1, M * K), (b, N, 1, K * N), 0, default, 0, default, 0, result);

        Numbers.AssertClose(expected, memory.Download(result), 1e-5f, 1e-6f * K);
    }

    // On a GPU the first sizes have small tiles and the last large ones.
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 3, 0)]
    [InlineData(37, 19, 130)]
    [InlineData(331, 333, 31)]
    [InlineData(9, 12, 1100)]
    [InlineData(1000, 1020, 12)]
    public void The_sums_of_the_left_rows_come_with_the_product(int m, int n, int k)
    {
        foreach (GpuDriver driver in new GpuDriver[] { fixture.Driver, new AsGpu(fixture.Driver) })
        {
            foreach (bool transposeLeft in new[] { false, true })
            {
                foreach (bool accumulate in new[] { false, true })
                {
                    using GpuMemory memory = new(driver);
                    float[] left = Numbers.Random(m * k, 1, 1);
                    float[] before = Numbers.Random(m, 2, 1);
                    float[] expected =
                    [
                        .. before.Select((sum, i) => (float)((accumulate ? sum : 0) + Enumerable.Range(0, k).Sum(p => (double)left[transposeLeft ? (p * m) + i : (i * k) + p]))),
                    ];
                    GpuView<float> leftView = memory.Upload(left);
                    GpuView<float> right = memory.Upload(Numbers.Random(k * n, 3, 1));
                    GpuView<float> sums = memory.Upload(before);
                    GpuView<float> alone = memory.Result(m * n);
                    GpuView<float> result = memory.Result(m * n);
                    G.MatMulLauncher launcher = new(driver);
                    launcher.Run(m, n, k, leftView, transposeLeft, right, false, alone);
                    launcher.Run(
                        m, n, k, leftView, transposeLeft, right, false, result, false, default, new(sums, accumulate));
                    Assert.Equal(memory.Download(alone), memory.Download(result));
                    Numbers.AssertClose(expected, memory.Download(sums), 1e-5f, 1e-6f * (k + 4));
                }
            }
        }
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
        Epilogue<ReadOnlySpan<float>> epilogue = new(bias, activation, gradientOutput, gradientActivation);
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
            case "Tile128" or "Tile64" or "Tile16":
                LaunchTile(
                    kernel, 1, m, n, k, (a, leftRow, leftStep, 0), (b, rightStep, rightColumn, 0), add, biasView, (int)activation, gradientView, (int)gradientActivation, result);
                break;
            case "Strip":
                G.MatMul.LaunchStrip(
                    driver, new LaunchSize(panels, (m + 5) / 6, 1, 1), a, leftRow, leftStep, 0, b, 16, n, 0, m, n, k, add, biasView, 0, 0, (int)activation, gradientView, (int)gradientActivation, default, 0, 0, m * n, result);
                break;
            case "PackedStrip":
                GpuView<float> packed = memory.Result(panels * 16 * k);
                if (k > 0)
                {
                    G.MatMul.LaunchPackRight(driver, new LaunchSize(panels, (k + 63) / 64, 1, 1), b, rightStep, rightColumn, 0, n, k, packed);
                }

                G.MatMul.LaunchStrip(
                    driver, new LaunchSize(panels, (m + 5) / 6, 1, 1), a, leftRow, leftStep, 0, packed, 16 * k, 16, 0, m, n, k, add, biasView, 0, 0, (int)activation, gradientView, (int)gradientActivation, default, 0, 0, m * n, result);
                break;
            default:
                new G.MatMulLauncher(kernel == "LauncherAsGpu" ? new AsGpu(driver) : driver).Run(m, n, k, a, transposeLeft, b, transposeRight, result, accumulate, new(biasView, activation, gradientView, gradientActivation));
                break;
        }

        Numbers.AssertClose(expected, memory.Download(result), 1e-5f, 1e-6f * (k + 4));
    }

    // Four neighbours at once where the launcher would read them so.
    private void LaunchTile(
        string kernel,
        int batch,
        int m,
        int n,
        int k,
        (GpuView<float> View, int Row, int Step, int Batch) left,
        (GpuView<float> View, int Step, int Column, int Batch) right,
        int accumulate,
        GpuView<float> bias,
        int activation,
        GpuView<float> gradientOutput,
        int gradientActivation,
        GpuView<float> result)
    {
        int tile = int.Parse(kernel.AsSpan("Tile".Length), CultureInfo.InvariantCulture);
        int across = (n + tile - 1) / tile;
        int down = (m + tile - 1) / tile;
        int leftVectors = (left.Step == 1 ? k % 4 == 0 && left.Row % 4 == 0 : m % 4 == 0 && left.Step % 4 == 0) && left.Batch % 4 == 0 ? 1 : 0;
        int rightVectors = (right.Column == 1 ? n % 4 == 0 && right.Step % 4 == 0 : k % 4 == 0 && right.Column % 4 == 0) && right.Batch % 4 == 0 ? 1 : 0;
        LaunchSize size = new(across * down * batch, 1, 16, 16);
        Launcher launch = tile switch { 128 => G.MatMul.LaunchTile128, 64 => G.MatMul.LaunchTile64, _ => G.MatMul.LaunchTile16 };
        launch(
            fixture.Driver, size, left.View, left.Row, left.Step, left.Batch, leftVectors, right.View, right.Step, right.Column, right.Batch, rightVectors,
            m, n, k, k, across, down, accumulate, bias, 0, 0, activation, gradientOutput, gradientActivation, default, 0, 0, m * n, result);
    }

    private delegate void Launcher(
        GpuDriver driver, LaunchSize size, GpuView<float> left, int leftRow, int leftStep, int leftBatch, int leftVectors,
        GpuView<float> right, int rightStep, int rightColumn, int rightBatch, int rightVectors,
        int m, int n, int k, int lastK, int across, int down, int accumulate, GpuView<float> bias, int biasRow, int biasBatch, int activation,
        GpuView<float> gradientOutput, int gradientActivation, GpuView<float> leftSums, int accumulateSums, int sumsBatch, int resultBatch, GpuView<float> result);
}
