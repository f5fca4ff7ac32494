namespace Quern.Kernels.Cpu.Convolution;

/// <summary>
/// The positions of a batch [batch, height, width] cut into units of a few hundred, by size alone: several samples, or some rows of one.
/// </summary>
internal readonly struct PositionCut
{
    // Enough for a unit's own work to weigh little, and few enough for its pictures to stay in the second-level cache.
    private const int PositionsOfUnit = 256;

    // At most so many numbers of padded pictures are worked on at a time, unless one sample has more.
    private const double NumbersOfUnit = 1 << 24;

    private readonly int _batch;
    private readonly int _samples;
    private readonly int _bands;

    /// <summary>Cuts a batch.</summary>
    /// <param name="batch">Samples: at least 1.</param>
    /// <param name="height">Rows of positions of a sample.</param>
    /// <param name="width">Columns of positions of a sample.</param>
    /// <param name="sampleLength">How many numbers the work on a whole sample keeps.</param>
    public PositionCut(int batch, int height, int width, double sampleLength)
    {
        _batch = batch;
        Height = height;
        Width = width;
        _samples = Math.Clamp((int)Math.Min(PositionsOfUnit / (height * width), NumbersOfUnit / sampleLength), 1, batch);
        int bands = Division.RoundUp(height * width, PositionsOfUnit);
        Rows = Division.RoundUp(height, bands);
        _bands = Division.RoundUp(height, Rows);
        Units = Division.RoundUp(batch, _samples) * _bands;
    }

    /// <summary>Rows of positions of a sample.</summary>
    public int Height { get; }

    /// <summary>Columns of positions of a sample.</summary>
    public int Width { get; }

    /// <summary>Rows of a unit; the last of a sample may have fewer.</summary>
    public int Rows { get; }

    /// <summary>Samples of a unit; the last may have fewer.</summary>
    public int Samples => _samples;

    /// <summary>How many units there are.</summary>
    public int Units { get; }

    /// <summary>Positions of a unit.</summary>
    public int Positions => _samples * Rows * Width;

    /// <summary>
    /// A table of the positions of a unit, in order: sample · perSample + row · perRow + column · perColumn. The last is repeated to fill up
    /// whole tiles.
    /// </summary>
    public unsafe void Fill(int* table, int perSample, int perRow, int perColumn)
    {
        int* next = table;
        for (int sample = 0; sample < _samples; sample++)
        {
            for (int row = 0; row < Rows; row++)
            {
                for (int column = 0; column < Width; column++)
                {
                    *next++ = (sample * perSample) + (row * perRow) + (column * perColumn);
                }
            }
        }

        int* end = table + IndirectProduct.WholeTiles(Positions);
        for (; next < end; next++)
        {
            *next = next[-1];
        }
    }

    /// <summary>The samples and rows of a unit.</summary>
    public Unit this[int unit]
    {
        get
        {
            (int group, int band) = Math.DivRem(unit, _bands);
            int sample = group * _samples;
            int row = band * Rows;
            return new Unit(sample, Math.Min(_samples, _batch - sample), row, Math.Min(Rows, Height - row));
        }
    }

    /// <summary>A run of samples, or a run of rows of a sample.</summary>
    public readonly record struct Unit(int Sample, int Samples, int Row, int Rows);
}
