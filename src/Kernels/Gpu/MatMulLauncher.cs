namespace Quern.Kernels.Gpu;

/// <summary>Runs <see cref="MatMul"/>: chooses the kernel and its tiles by the device and the sizes. The same for every driver.</summary>
/// <param name="driver">The device.</param>
public sealed class MatMulLauncher(GpuDriver driver)
{
    // Fewer tiles of 64 by 64 than this leave most of a GPU idle.
    private const int FewTiles = 24;

    // A right operand of so many elements no longer lies in the caches as it is: its panels do.
    private const long LargeRight = 1 << 18;

    private readonly Scratch _panels = new(driver);

    /// <summary>result[m, n] = left[m, k] · right[k, n], plus what result held if asked, then the epilogue.</summary>
    /// <param name="m">Rows of the result: at least 1.</param>
    /// <param name="n">Columns of the result: at least 1.</param>
    /// <param name="k">Columns of the left operand. With 0 the product is zero.</param>
    /// <param name="left">m·k values.</param>
    /// <param name="transposeLeft">Whether the left operand is stored transposed: [k, m].</param>
    /// <param name="right">k·n values.</param>
    /// <param name="transposeRight">Whether the right operand is stored transposed: [n, k].</param>
    /// <param name="result">m·n values. Must not overlap an operand.</param>
    /// <param name="accumulate">Whether the product is added to what the result holds.</param>
    /// <param name="bias">n values, or <see langword="default"/> for none.</param>
    /// <param name="activation">Applied after the bias.</param>
    /// <param name="gradientOutput">What the activation below gave, m·n values, or <see langword="default"/> for none.</param>
    /// <param name="gradientActivation">The activation below.</param>
    public void Run(
        int m,
        int n,
        int k,
        GpuView<float> left,
        bool transposeLeft,
        GpuView<float> right,
        bool transposeRight,
        GpuView<float> result,
        bool accumulate = false,
        GpuView<float> bias = default,
        Activation activation = Activation.None,
        GpuView<float> gradientOutput = default,
        Activation gradientActivation = Activation.None) =>
        Run(m, n, k, left, transposeLeft, right, transposeRight, result, accumulate, bias, activation, gradientOutput, gradientActivation, default, false);

    /// <summary>As the other, and leftSums[i] = the sum over p of left[i, p], plus what it held if asked.</summary>
    /// <inheritdoc cref="Run(int, int, int, GpuView{float}, bool, GpuView{float}, bool, GpuView{float}, bool, GpuView{float}, Activation, GpuView{float}, Activation)"/>
    internal void Run(
        int m,
        int n,
        int k,
        GpuView<float> left,
        bool transposeLeft,
        GpuView<float> right,
        bool transposeRight,
        GpuView<float> result,
        bool accumulate,
        GpuView<float> bias,
        Activation activation,
        GpuView<float> gradientOutput,
        Activation gradientActivation,
        GpuView<float> leftSums,
        bool accumulateSums)
    {
        Operand first = new(left, transposeLeft ? 1 : k, transposeLeft ? m : 1, 0);
        Operand second = new(right, transposeRight ? 1 : n, transposeRight ? k : 1, 0);
        Run(1, m, n, k, first, second, result, accumulate, bias, activation, gradientOutput, gradientActivation, leftSums, accumulateSums);
    }

    /// <summary>As many products at once, one after the other in the result: result[i] = left[i] · right[i], plus what it held if asked.</summary>
    /// <param name="batch">The number of products: at least 1.</param>
    /// <param name="m">Rows of a result: at least 1.</param>
    /// <param name="n">Columns of a result: at least 1.</param>
    /// <param name="k">Columns of a left operand.</param>
    /// <param name="left">The left operands, [m, k].</param>
    /// <param name="right">The right operands, [k, n]. Where their rows begin at multiples of 16 columns, each is followed by enough to fill it up.</param>
    /// <param name="result">batch·m·n values. Must not overlap an operand.</param>
    /// <param name="accumulate">Whether a product is added to what the result holds.</param>
    internal void RunBatch(int batch, int m, int n, int k, in Operand left, in Operand right, GpuView<float> result, bool accumulate) =>
        Run(batch, m, n, k, left, right, result, accumulate, default, Activation.None, default, Activation.None, default, false);

    private static int Groups(int items, int tile) => ((items - 1) / tile) + 1;

    private static LaunchSize Tiles(int batch, int m, int n, int tile) => new(checked(Groups(n, tile) * Groups(m, tile) * batch), 1, 16, 16);

    private void Run(
        int batch,
        int m,
        int n,
        int k,
        in Operand left,
        in Operand right,
        GpuView<float> result,
        bool accumulate,
        GpuView<float> bias,
        Activation activation,
        GpuView<float> gradientOutput,
        Activation gradientActivation,
        GpuView<float> leftSums,
        bool accumulateSums)
    {
        int addSums = accumulateSums ? 1 : 0;
        int add = accumulate ? 1 : 0;
        if (driver.IsProcessor)
        {
            int panels = Groups(n, MatMul.StripColumns);
            Operand packed = right;
            int rightPanel = MatMul.StripColumns;
            if (k > 0 && (right.Column != 1 || right.Row % MatMul.StripColumns != 0 || (long)n * k > LargeRight))
            {
                packed = Pack(batch, right, n, k, panels);
                rightPanel = k * MatMul.StripColumns;
            }

            MatMul.LaunchStrip(
                driver, new LaunchSize(panels, Groups(m, MatMul.StripRows), batch, 1, 1, 1), left.Values, left.Row, left.Column, left.Batch,
                packed.Values, rightPanel, packed.Row, packed.Batch,
                m, n, k, add, bias, (int)activation, gradientOutput, (int)gradientActivation, leftSums, addSums, result);
        }
        else if (Math.Min(m, n) <= 16 || (long)Groups(m, 64) * Groups(n, 64) * batch < FewTiles)
        {
            MatMul.LaunchTile16(
                driver, Tiles(batch, m, n, 16), left.Values, left.Row, left.Column, left.Batch,
                right.Values, right.Row, right.Column, right.Batch,
                m, n, k, Groups(n, 16), Groups(m, 16), add, bias, (int)activation, gradientOutput, (int)gradientActivation, leftSums, addSums, result);
        }
        else
        {
            MatMul.LaunchTile64(
                driver, Tiles(batch, m, n, 64), left.Values, left.Row, left.Column, left.Batch,
                right.Values, right.Row, right.Column, right.Batch,
                m, n, k, Groups(n, 64), Groups(m, 64), add, bias, (int)activation, gradientOutput, (int)gradientActivation, leftSums, addSums, result);
        }
    }

    private Operand Pack(int batch, in Operand right, int n, int k, int panels)
    {
        int length = checked(panels * k * MatMul.StripColumns);
        GpuView<float> packed = _panels.Get((long)batch * length);
        MatMul.LaunchPackRight(
            driver, new LaunchSize(panels, Groups(k, MatMul.PackSteps), batch, 1, 1, 1),
            right.Values, right.Row, right.Column, right.Batch, n, k, packed);
        return new Operand(packed, MatMul.StripColumns, 1, length);
    }

    /// <summary>Matrices in memory: how far it is, in elements, from one row, column and matrix to the next.</summary>
    internal readonly record struct Operand(GpuView<float> Values, int Row, int Column, int Batch);
}
