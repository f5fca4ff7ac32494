namespace Quern.Kernels.Gpu;

/// <summary>Runs <see cref="MatMul"/>: chooses the kernel and its tiles by the device and the sizes. The same for every driver.</summary>
/// <param name="driver">The device.</param>
internal sealed class MatMulLauncher(GpuDriver driver)
{
    // What a step of a tile takes a compute unit, in cycles, where groups share the unit; the part of a round that a group takes longer where it has a
    // unit alone; and what it takes to add up the parts of a product that was cut along its steps: fitted to an H200 (docs/performance.md).
    private const int Cycles128 = 206;
    private const int Cycles64 = 70;
    private const int Cycles16 = 8;
    private const double LoneRound = 0.25;
    private const double CyclesOfAdding = 6000;
    private const double CyclesOfAddend = 0.5;

    // A part has whole slabs of any tile, so that vectors stay whole.
    private const int PartAlignment = 64;
    private const int MaxParts = 32;

    // A right operand of so many elements no longer lies in the caches as it is: its panels do.
    private const long LargeRight = 1 << 18;

    private readonly Scratch _panels = new(driver);
    private readonly Scratch _parts = new(driver);

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
    /// <param name="epilogue">What is done to each value before it is stored.</param>
    /// <param name="sums">Receives the sum over p of left[i, p] for each row i, or <see langword="default"/> for none.</param>
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
        in Epilogue<GpuView<float>> epilogue = default,
        in LeftSums sums = default)
    {
        Operand first = new(left, transposeLeft ? 1 : k, transposeLeft ? m : 1, 0);
        Operand second = new(right, transposeRight ? 1 : n, transposeRight ? k : 1, 0);
        RunBatch(1, m, n, k, first, second, result, 0, accumulate, epilogue, default, sums);
    }

    /// <summary>As many products at once: result[i] = left[i] · right[i], plus what it held if asked.</summary>
    /// <param name="batch">The number of products: at least 1.</param>
    /// <param name="m">Rows of a result: at least 1.</param>
    /// <param name="n">Columns of a result: at least 1.</param>
    /// <param name="k">Columns of a left operand.</param>
    /// <param name="left">The left operands, [m, k].</param>
    /// <param name="right">The right operands, [k, n]. Where their rows begin at multiples of 16 columns, each is followed by enough to fill it up.</param>
    /// <param name="result">The results. Must not overlap an operand.</param>
    /// <param name="resultBatch">From one result to the next: m·n or more.</param>
    /// <param name="accumulate">Whether a product is added to what the result holds.</param>
    /// <param name="epilogue">What is done to each value before it is stored.</param>
    /// <param name="bias">How the epilogue's bias lies.</param>
    /// <param name="sums">Receives the sums of the left rows, or <see langword="default"/> for none.</param>
    public void RunBatch(
        int batch,
        int m,
        int n,
        int k,
        in Operand left,
        in Operand right,
        GpuView<float> result,
        int resultBatch,
        bool accumulate,
        in Epilogue<GpuView<float>> epilogue = default,
        BiasLayout bias = default,
        in LeftSums sums = default)
    {
        if (driver.IsProcessor)
        {
            RunOnProcessor(batch, m, n, k, left, right, result, resultBatch, accumulate, epilogue, bias, sums);
            return;
        }

        (int tile, int parts) = Plan(batch, m, n, k);
        if (parts == 1)
        {
            Launch(tile, batch, m, n, k, k, left, right, result, resultBatch, accumulate, epilogue, bias, sums);
            return;
        }

        int length = PartLength(k, parts);
        parts = Division.RoundUp(k, length);
        GpuView<float> partial = _parts.Get((long)parts * m * n);
        Launch(
            tile,
            parts,
            m,
            n,
            length,
            k - ((parts - 1) * length),
            left with { Batch = length * left.Column },
            right with { Batch = length * right.Row },
            partial,
            checked(m * n),
            accumulate: false,
            default,
            default,
            sums with { Batch = 0 });
        MatMul.LaunchAddParts(
            driver, LaunchSize.Covering((long)m * n, 128), partial, parts, n, accumulate ? 1 : 0, epilogue.Bias, bias.Row, (int)epilogue.Activation,
            epilogue.GradientOutput, (int)epilogue.GradientActivation, result);
    }

    /// <summary>
    /// The tile with which a product takes the least time, and in how many parts: a large tile does more with each instruction, a small one and parts
    /// leave no compute unit idle. The parts of one product are added up by one more launch.
    /// </summary>
    public (int Tile, int Parts) Plan(int batch, int m, int n, int k)
    {
        (int Tile, int Parts) best = default;
        double least = double.PositiveInfinity;
        foreach ((int tile, int cycles) in (ReadOnlySpan<(int, int)>)[(128, Cycles128), (64, Cycles64), (16, Cycles16)])
        {
            for (int parts = 1; parts == 1 || (batch == 1 && parts <= MaxParts && k >= parts * PartAlignment); parts *= 2)
            {
                long rounds = Division.RoundUp(Tiles(batch, m, n, tile) * parts, driver.ComputeUnits);
                double time = PartLength(k, parts) * cycles * (rounds + LoneRound);
                if (parts > 1)
                {
                    time += CyclesOfAdding + ((parts + 1.0) * m * n / driver.ComputeUnits * CyclesOfAddend);
                }

                if (time < least)
                {
                    (best, least) = ((tile, parts), time);
                }
            }
        }

        return best;
    }

    private static int PartLength(int k, int parts) => parts == 1 ? k : Division.RoundUp(Division.RoundUp(k, parts), PartAlignment) * PartAlignment;

    private static long Tiles(int batch, int m, int n, int tile) => (long)Division.RoundUp(n, tile) * Division.RoundUp(m, tile) * batch;

    // Four neighbours may be read at once where the four lie side by side, at multiples of 16 bytes, and none is the last of its row.
    private static int Vectors(in Operand operand, int rows, int columns)
    {
        (int length, int stride) = operand.Column == 1 ? (columns, operand.Row) : (rows, operand.Column);
        bool sideBySide = operand.Column == 1 || operand.Row == 1;
        return sideBySide && ((operand.Values.Offset | (long)length | (long)stride | (long)operand.Batch) & 3) == 0 ? 1 : 0;
    }

    private void Launch(
        int tile, int batch, int m, int n, int k, int lastK, in Operand left, in Operand right, GpuView<float> result, int resultBatch, bool accumulate,
        in Epilogue<GpuView<float>> epilogue, BiasLayout bias, in LeftSums sums)
    {
        LaunchSize size = new(checked((int)Tiles(batch, m, n, tile)), 1, 16, 16);
        int across = Division.RoundUp(n, tile);
        int down = Division.RoundUp(m, tile);
        int leftVectors = Vectors(left, m, k);
        int rightVectors = Vectors(right, k, n);
        int add = accumulate ? 1 : 0;
        int addSums = sums.Accumulate ? 1 : 0;
        if (tile == 128)
        {
            MatMul.LaunchTile128(
                driver, size, left.Values, left.Row, left.Column, left.Batch, leftVectors, right.Values, right.Row, right.Column, right.Batch, rightVectors,
                m, n, k, lastK, across, down, add, epilogue.Bias, bias.Row, bias.Batch, (int)epilogue.Activation,
                epilogue.GradientOutput, (int)epilogue.GradientActivation, sums.Values, addSums, sums.Batch, resultBatch, result);
        }
        else if (tile == 64)
        {
            MatMul.LaunchTile64(
                driver, size, left.Values, left.Row, left.Column, left.Batch, leftVectors, right.Values, right.Row, right.Column, right.Batch, rightVectors,
                m, n, k, lastK, across, down, add, epilogue.Bias, bias.Row, bias.Batch, (int)epilogue.Activation,
                epilogue.GradientOutput, (int)epilogue.GradientActivation, sums.Values, addSums, sums.Batch, resultBatch, result);
        }
        else
        {
            MatMul.LaunchTile16(
                driver, size, left.Values, left.Row, left.Column, left.Batch, leftVectors, right.Values, right.Row, right.Column, right.Batch, rightVectors,
                m, n, k, lastK, across, down, add, epilogue.Bias, bias.Row, bias.Batch, (int)epilogue.Activation,
                epilogue.GradientOutput, (int)epilogue.GradientActivation, sums.Values, addSums, sums.Batch, resultBatch, result);
        }
    }

    private void RunOnProcessor(
        int batch, int m, int n, int k, in Operand left, in Operand right, GpuView<float> result, int resultBatch, bool accumulate,
        in Epilogue<GpuView<float>> epilogue, BiasLayout bias, in LeftSums sums)
    {
        int panels = Division.RoundUp(n, MatMul.StripColumns);
        Operand packed = right;
        int rightPanel = MatMul.StripColumns;
        if (k > 0 && (right.Column != 1 || right.Row % MatMul.StripColumns != 0 || (long)n * k > LargeRight))
        {
            packed = Pack(batch, right, n, k, panels);
            rightPanel = k * MatMul.StripColumns;
        }

        MatMul.LaunchStrip(
            driver, new LaunchSize(panels, Division.RoundUp(m, MatMul.StripRows), batch, 1, 1, 1), left.Values, left.Row, left.Column, left.Batch,
            packed.Values, rightPanel, packed.Row, packed.Batch,
            m, n, k, accumulate ? 1 : 0, epilogue.Bias, bias.Row, bias.Batch, (int)epilogue.Activation,
            epilogue.GradientOutput, (int)epilogue.GradientActivation, sums.Values, sums.Accumulate ? 1 : 0, sums.Batch, resultBatch, result);
    }

    private Operand Pack(int batch, in Operand right, int n, int k, int panels)
    {
        int length = checked(panels * k * MatMul.StripColumns);
        GpuView<float> packed = _panels.Get((long)batch * length);
        MatMul.LaunchPackRight(
            driver, new LaunchSize(panels, Division.RoundUp(k, MatMul.PackSteps), batch, 1, 1, 1),
            right.Values, right.Row, right.Column, right.Batch, n, k, packed);
        return new Operand(packed, MatMul.StripColumns, 1, length);
    }

    /// <summary>Matrices in memory: how far it is, in elements, from one row, column and matrix to the next.</summary>
    public readonly record struct Operand(GpuView<float> Values, int Row, int Column, int Batch);

    /// <summary>How the bias lies that an epilogue adds.</summary>
    /// <param name="Row">1 if the bias has a value for each row, 0 if for each column.</param>
    /// <param name="Batch">From one product's bias to the next, or 0.</param>
    public readonly record struct BiasLayout(int Row, int Batch);

    /// <summary>A second result: the sum of each row of a left operand.</summary>
    /// <param name="Values">Where the sums go.</param>
    /// <param name="Accumulate">Whether they are added to what is there.</param>
    /// <param name="Batch">From one product's sums to the next; for several products at least 1.</param>
    public readonly record struct LeftSums(GpuView<float> Values, bool Accumulate, int Batch = 0);
}
