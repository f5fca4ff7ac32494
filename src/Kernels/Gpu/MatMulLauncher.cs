namespace Quern.Kernels.Gpu;

/// <summary>Runs <see cref="MatMul"/>: chooses the kernel and its tiles by the device and the sizes. The same for every driver.</summary>
/// <param name="driver">The device.</param>
public sealed class MatMulLauncher(GpuDriver driver)
{
    // Fewer tiles of 64 by 64 than this leave most of a GPU idle.
    private const int FewTiles = 24;

    // A right operand of so many elements no longer lies in the caches as it is: its panels do.
    private const long LargeRight = 1 << 18;

    private GpuBuffer? _panels;

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
        Activation gradientActivation = Activation.None)
    {
        int leftRow = transposeLeft ? 1 : k;
        int leftStep = transposeLeft ? m : 1;
        int rightStep = transposeRight ? 1 : n;
        int rightColumn = transposeRight ? k : 1;
        int add = accumulate ? 1 : 0;
        if (driver.IsProcessor)
        {
            int panels = Groups(n, MatMul.StripColumns);
            int rightPanel = MatMul.StripColumns;
            if (k > 0 && (transposeRight || n % MatMul.StripColumns != 0 || (long)n * k > LargeRight))
            {
                right = Pack(right, rightStep, rightColumn, n, k, panels);
                rightStep = MatMul.StripColumns;
                rightPanel = k * MatMul.StripColumns;
            }

            MatMul.LaunchStrip(
                driver, new LaunchSize(panels, Groups(m, MatMul.StripRows), 1, 1), left, leftRow, leftStep, right, rightPanel, rightStep,
                m, n, k, add, bias, (int)activation, gradientOutput, (int)gradientActivation, result);
        }
        else if ((long)Groups(m, 64) * Groups(n, 64) < FewTiles)
        {
            MatMul.LaunchTile16(
                driver, new LaunchSize(Groups(n, 16), Groups(m, 16), 16, 16), left, leftRow, leftStep, right, rightStep, rightColumn,
                m, n, k, add, bias, (int)activation, gradientOutput, (int)gradientActivation, result);
        }
        else
        {
            MatMul.LaunchTile64(
                driver, new LaunchSize(Groups(n, 64), Groups(m, 64), 16, 16), left, leftRow, leftStep, right, rightStep, rightColumn,
                m, n, k, add, bias, (int)activation, gradientOutput, (int)gradientActivation, result);
        }
    }

    private static int Groups(int items, int tile) => ((items - 1) / tile) + 1;

    private GpuView<float> Pack(GpuView<float> right, int rightStep, int rightColumn, int n, int k, int panels)
    {
        // Work is done in order, so that one place serves all products.
        long length = (long)panels * k * MatMul.StripColumns;
        if (_panels is null || _panels.ByteCount < length * sizeof(float))
        {
            _panels?.Dispose();
            _panels = driver.Allocate(length * sizeof(float));
        }

        GpuView<float> packed = new(_panels, 0, length);
        MatMul.LaunchPackRight(
            driver, new LaunchSize(panels, Groups(k, MatMul.PackSteps), 1, 1), right, rightStep, rightColumn, n, k, packed);
        return packed;
    }
}
