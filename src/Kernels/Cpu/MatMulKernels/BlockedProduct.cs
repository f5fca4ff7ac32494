using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.MatMulKernels;

/// <summary>
/// A matrix product cut into blocks of the result. Whoever claims a block packs what it needs of the operands into memory of
/// its own, so that no thread waits for another.
/// </summary>
/// <remarks>
/// Each sum runs over k in chunks of a length that depends on k alone, in order. So the cut into blocks, which does depend on the
/// number of threads, changes no bit of the result.
/// </remarks>
/// <typeparam name="TRows">The rows of a tile.</typeparam>
/// <typeparam name="TFewRows">The rows of a smaller tile, which fills up what the large ones leave.</typeparam>
/// <typeparam name="S">The arithmetic of packing and epilogue.</typeparam>
/// <typeparam name="V">Its vector.</typeparam>
internal unsafe struct BlockedProduct<TRows, TFewRows, S, V> : IParallelJob
    where TRows : struct, ITileRows<V>
    where TFewRows : struct, ITileRows<V>
    where S : struct, ISimd<V>
    where V : unmanaged
{
    // Steps of one chunk of a sum: a panel of the right operand (steps x 2 vectors) then fits the first-level cache.
    private const int MaxSteps = 400;

    // Rows of the left operand's block, which then takes half of the second-level cache, ...
    private const int MaxRows = 144;

    // ... and columns of the right operand's, which streams from the third.
    private const int MaxColumns = 1024;

    // Packing pays where the copy is read often: by so many columns of the result for the left operand, by so many rows for the
    // right. Below that an operand is read where it lies.
    private const int PackLeftFromColumns = 320;
    private const int PackRightFromRows = 96;

    // The right operand's rows are then so near that reading it in place is reading on.
    private const int NearStride = 64;

    // Rows of the right operand that are longer the processor fetches by itself.
    private const int MaxFetchedSteps = 256;

    // It pays sooner where the left operand's steps are a row apart, or its rows so far that each would touch a page of its own.
    private const int FarStride = 1024;
    private const int PackFarLeftFromColumns = 96;

    // Rows so many floats apart, or a multiple of that, fall into the same few places of the first-level cache.
    private const int CollidingStride = 1024;
    private const int PackCollidingLeftFromColumns = 16;

    // Tiles that a micro-kernel computes in one call, which with a short sum costs as much as a tenth of it. What the call leaves is
    // still in the first-level cache when the epilogue reads it.
    private const int TilesAtOnce = 4;

    // Rows, of two sums each, that keep a processor busy which begins two multiply-adds in a cycle and ends them four or five later.
    private const int EnoughRows = 5;

    // How much higher than wide a piece may be. Rows of the left operand that are read where they lie cost a second column of
    // pieces nothing; where they have to be packed, each column of pieces does it again.
    private const int MaxHeightOfRows = 8;
    private const int MaxHeightOfSteps = 2;

    // Multiplications below which a second thread costs more than it gives.
    private const long MinWork = 1 << 16;

    private readonly Product _product;
    private int _rowParts;
    private int _columnParts;

    public BlockedProduct(Product product) => _product = product;

    private static int Columns => 2 * S.Count;

    /// <summary>Computes the product on the pool.</summary>
    public void Run(WorkerPool pool)
    {
        Cut(pool.ThreadCount);
        pool.Run(_rowParts * _columnParts, this);
    }

    /// <inheritdoc/>
    public readonly void Run(int piece)
    {
        (int rowStart, int rowEnd) = Part(_product.M, TRows.Count, piece / _columnParts, _rowParts);
        (int columnStart, int columnEnd) = Part(_product.N, Columns, piece % _columnParts, _columnParts);
        var block = new Block(rowStart, rowEnd, columnStart, columnEnd);
        if (columnEnd - columnStart >= PackLeftFrom())
        {
            Run<Packed>(block);
        }
        else if (_product.TransposeLeft)
        {
            Run<StepMajor>(block);
        }
        else
        {
            Run<RowMajor>(block);
        }
    }

    private readonly int PackLeftFrom() =>
        _product.TransposeLeft ? PackFarLeftFromColumns
        : _product.K < FarStride ? PackLeftFromColumns
        : _product.K % CollidingStride == 0 ? PackCollidingLeftFromColumns
        : PackFarLeftFromColumns;

    private readonly void Run<TLeft>(Block block)
        where TLeft : struct, ILeftLayout
    {
        if (_product.TransposeRight || (_product.N > NearStride && block.RowEnd - block.RowStart >= PackRightFromRows))
        {
            Run<TLeft, Packed>(block);
        }
        else
        {
            Run<TLeft, StepMajor>(block);
        }
    }

    /// <summary>The share of <paramref name="part"/> when whole tiles are dealt out evenly.</summary>
    private static (int Start, int End) Part(int length, int tile, int part, int parts)
    {
        long tiles = Division.RoundUp(length, tile);
        return ((int)Math.Min(length, tiles * part / parts * tile), (int)Math.Min(length, tiles * (part + 1) / parts * tile));
    }

    private void Cut(int threads)
    {
        _rowParts = 1;
        _columnParts = Division.RoundUp(_product.N, MaxColumns);
        if (threads == 1)
        {
            return;
        }

        int maxHeight = _product.TransposeLeft ? MaxHeightOfSteps : MaxHeightOfRows;
        long wanted = Math.Min(4 * threads, (long)_product.M * _product.N * _product.K / MinWork);
        while (_rowParts * _columnParts < wanted)
        {
            int rows = _product.M / _rowParts, columns = _product.N / _columnParts;
            if (columns >= 2 * Columns && (columns >= rows / maxHeight || rows < 2 * TRows.Count))
            {
                _columnParts *= 2;
            }
            else if (rows >= 2 * TRows.Count)
            {
                _rowParts *= 2;
            }
            else
            {
                break;
            }
        }
    }

    [MethodImpl(Jit.Loop)]
    private readonly void Run<TLeft, TRight>(Block block)
        where TLeft : struct, ILeftLayout
        where TRight : struct, IRightLayout
    {
        int chunks = Math.Max(1, Division.RoundUp(_product.K, MaxSteps));
        int chunk = (Division.RoundUp(_product.K, chunks) + 7) & ~7;
        int panels = Division.RoundUp(block.ColumnEnd - block.ColumnStart, Columns);
        int rightLength = (panels * Columns * chunk) + Packing.Slack;
        int maxRows = MaxRows / TRows.Count * TRows.Count;
        int leftLength = ((maxRows + TRows.Count) * chunk) + Packing.Slack;
        float* packedRight = PackingBuffer.Get(rightLength + leftLength);
        float* packedLeft = packedRight + rightLength;

        int step = 0;
        do
        {
            int steps = Math.Min(chunk, _product.K - step);
            for (int row = block.RowStart; row < block.RowEnd; row += maxRows)
            {
                Block part = block with { RowStart = row, RowEnd = Math.Min(block.RowEnd, row + maxRows) };
                PackLeft<TLeft>(part, step, steps, packedLeft);
                RunTiles<TLeft, TRight>(part, step, steps, packedLeft, packedRight, packRight: row == block.RowStart);
            }

            step += steps;
        }
        while (step < _product.K);
    }

    [SkipLocalsInit]
    [MethodImpl(Jit.Loop)]
    private readonly void RunTiles<TLeft, TRight>(Block block, int step, int steps, float* packedLeft, float* packedRight, bool packRight)
        where TLeft : struct, ILeftLayout
        where TRight : struct, IRightLayout
    {
        float* spare = stackalloc float[TRows.Count * Columns];
        bool accumulate = _product.Accumulate || step > 0;
        bool finish = step + steps == _product.K && _product.HasEpilogue;
        nint leftStride = _product.TransposeLeft ? _product.M : _product.K;
        for (int column = block.ColumnStart; column < block.ColumnEnd; column += Columns)
        {
            int columns = Math.Min(Columns, block.ColumnEnd - column);
            bool wholeColumns = columns == Columns;
            bool inPlace = typeof(TRight) != typeof(Packed) && wholeColumns;
            float* right = inPlace ? _product.Right + ((nint)step * _product.N) + column
                : packedRight + (typeof(TRight) == typeof(Packed) ? (nint)(column - block.ColumnStart) * steps : 0);
            if (packRight && !inPlace)
            {
                // Here and not before all tiles, so that the panel is in the first-level cache when they read it.
                PackRight(column, columns, step, steps, right);
            }

            bool fetchNext = packRight && !inPlace && (!_product.TransposeRight || steps <= MaxFetchedSteps) && column + (2 * Columns) <= block.ColumnEnd;
            int rows;
            for (int row = block.RowStart; row < block.RowEnd; row += rows)
            {
                int tile = TileRows(block.RowEnd - row);
                int tiles = wholeColumns ? WholeTiles(block.RowEnd - row, tile) : 0;
                rows = tiles > 0 ? tiles * tile : Math.Min(tile, block.RowEnd - row);
                if (fetchNext)
                {
                    FetchRight(column + Columns, step, steps, row - block.RowStart, rows, block.RowEnd - block.RowStart);
                }

                bool wholeRows = rows >= tile;
                float* left = typeof(TLeft) == typeof(Packed) ? packedLeft + ((nint)(row - block.RowStart) * steps)
                    : !wholeRows ? packedLeft
                    : _product.TransposeLeft ? _product.Left + ((nint)step * _product.M) + row
                    : _product.Left + ((nint)row * _product.K) + step;
                float* result = _product.Result + ((nint)row * _product.N) + column;
                if (tiles > 0)
                {
                    RunWhole<TLeft, TRight>(tiles, tile, steps, left, leftStride, right, result, _product.N, accumulate);
                }
                else
                {
                    RunPart<TLeft, TRight>(tile, wholeRows, wholeColumns, steps, left, leftStride, right, spare);
                    Unload(spare, result, rows, columns, accumulate);
                }

                if (finish)
                {
                    TileEpilogue.Apply<S, V>(_product, row, column, rows, columns);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void RunWhole<TLeft, TRight>(
        int tiles, int tile, int steps, float* left, nint leftStride, float* right, float* result, nint resultStride, bool accumulate)
        where TLeft : struct, ILeftLayout
        where TRight : struct, IRightLayout
    {
        if (tile == TRows.Count)
        {
            MicroKernel<TRows, S, V>.Run<TLeft, TRight>(tiles, steps, left, leftStride, right, _product.N, result, resultStride, accumulate);
        }
        else
        {
            MicroKernel<TFewRows, S, V>.Run<TLeft, TRight>(tiles, steps, left, leftStride, right, _product.N, result, resultStride, accumulate);
        }
    }

    /// <summary>A tile that sticks out of the result goes to spare memory. Where an operand sticks out, it is packed.</summary>
    private readonly void RunPart<TLeft, TRight>(
        int tile, bool wholeRows, bool wholeColumns, int steps, float* left, nint leftStride, float* right, float* spare)
        where TLeft : struct, ILeftLayout
        where TRight : struct, IRightLayout
    {
        if (!wholeRows && !wholeColumns)
        {
            RunWhole<Packed, Packed>(1, tile, steps, left, leftStride, right, spare, Columns, false);
        }
        else if (!wholeRows)
        {
            RunWhole<Packed, TRight>(1, tile, steps, left, leftStride, right, spare, Columns, false);
        }
        else
        {
            RunWhole<TLeft, Packed>(1, tile, steps, left, leftStride, right, spare, Columns, false);
        }
    }

    [MethodImpl(Jit.Loop)]
    private readonly void Unload(float* spare, float* result, int rows, int columns, bool accumulate)
    {
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                result[j] = accumulate ? result[j] + spare[j] : spare[j];
            }

            result += _product.N;
            spare += Columns;
        }
    }

    /// <summary>
    /// The height of the next tile: the same for all where the lower ones have sums enough to hide the latency of one, else so that the few
    /// rows left at the end waste as little as can be.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TileRows(int left) =>
        TFewRows.Count >= EnoughRows && left % TFewRows.Count == 0 ? TFewRows.Count
        : left >= TRows.Count && IsFilled(left - TRows.Count) ? TRows.Count
        : left <= TFewRows.Count || left % TFewRows.Count == 0 ? TFewRows.Count
        : TRows.Count;

    /// <summary>Whether some tiles of either height have exactly so many rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsFilled(int rows)
    {
        while (rows > 0 && rows % TFewRows.Count != 0)
        {
            rows -= TRows.Count;
        }

        return rows >= 0;
    }

    /// <summary>How many tiles of that height come next, up to as many as are computed at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WholeTiles(int left, int tile)
    {
        int tiles = 0;
        while (tiles < TilesAtOnce && left >= tile && TileRows(left) == tile)
        {
            tiles++;
            left -= tile;
        }

        return tiles;
    }

    private readonly void PackRight(int column, int columns, int step, int steps, float* panel)
    {
        if (_product.TransposeRight)
        {
            Packing.Transpose<S, V>(_product.Right + ((nint)column * _product.K) + step, _product.K, columns, steps, panel, Columns);
        }
        else
        {
            Packing.Copy(_product.Right + ((nint)step * _product.N) + column, _product.N, columns, steps, panel, Columns);
        }
    }

    /// <summary>Asks for the share of a whole panel that some rows have in all, so that packing will not wait for memory.</summary>
    [MethodImpl(Jit.Loop)]
    private readonly void FetchRight(int column, int step, int steps, int row, int rows, int allRows)
    {
        bool transposed = _product.TransposeRight;
        int lines = transposed ? Columns : steps, length = transposed ? steps : Columns;
        nint stride = transposed ? _product.K : _product.N;
        float* source = _product.Right + (transposed ? (column * stride) + step : (step * stride) + column);
        int first = lines * row / allRows, end = lines * (row + rows) / allRows;
        Packing.Fetch(source + (first * stride), stride, end - first, length);
    }

    [MethodImpl(Jit.Loop)]
    private readonly void PackLeft<TLeft>(Block block, int step, int steps, float* packed)
        where TLeft : struct, ILeftLayout
    {
        int tile;
        for (int row = block.RowStart; row < block.RowEnd; row += tile)
        {
            tile = TileRows(block.RowEnd - row);
            int rows = Math.Min(tile, block.RowEnd - row);
            if (typeof(TLeft) != typeof(Packed) && rows == tile)
            {
                continue;
            }

            if (_product.TransposeLeft)
            {
                Packing.Copy(_product.Left + ((nint)step * _product.M) + row, _product.M, rows, steps, packed, tile);
            }
            else
            {
                Packing.Transpose<S, V>(_product.Left + ((nint)row * _product.K) + step, _product.K, rows, steps, packed, tile);
            }

            packed += tile * steps;
        }
    }

    private readonly record struct Block(int RowStart, int RowEnd, int ColumnStart, int ColumnEnd);
}
