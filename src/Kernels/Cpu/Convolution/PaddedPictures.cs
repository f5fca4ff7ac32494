using Quern.Kernels.Cpu.MatMulKernels;

namespace Quern.Kernels.Cpu.Convolution;

/// <summary>Some rows of a picture [channels, height, width] with zeros around it.</summary>
/// <param name="Channels">Channels of the picture.</param>
/// <param name="SourceHeight">Rows of the picture.</param>
/// <param name="SourceWidth">Columns of the picture.</param>
/// <param name="Top">Rows of zeros above the picture; where negative, rows that are left out.</param>
/// <param name="Left">Columns of zeros before it; where negative, columns that are left out.</param>
/// <param name="Height">Rows of the copy.</param>
/// <param name="Width">Columns of the copy.</param>
internal readonly unsafe record struct PaddedPictures(
    int Channels, int SourceHeight, int SourceWidth, int Top, int Left, int Height, int Width)
{
    /// <summary>What the window sees at a unit of its positions.</summary>
    public static PaddedPictures SeenBy(PositionCut cut, int channels, in Window2d window)
    {
        WindowAxis rows = window.Rows, columns = window.Columns;
        return new PaddedPictures(
            channels,
            rows.Input,
            columns.Input,
            rows.Padding,
            columns.Padding,
            ((cut.Rows - 1) * rows.Stride) + (int)rows.Reach,
            ((cut.Width - 1) * columns.Stride) + (int)columns.Reach);
    }

    /// <summary>Numbers of the picture.</summary>
    public int SourceLength => Channels * SourceHeight * SourceWidth;

    /// <summary>Numbers of a channel of the copy.</summary>
    public int Plane => checked(Height * Width);

    /// <summary>Numbers of the copy.</summary>
    public int Length => checked(Channels * Plane);

    /// <summary>How many numbers after a copy may be overwritten.</summary>
    public int Slack => Width;

    /// <summary>A table of the window's elements in the copy, for each channel: what the first position sees.</summary>
    public void FillTaps(int* table, in Window2d window)
    {
        for (int channel = 0; channel < Channels; channel++)
        {
            for (int row = 0; row < window.Rows.Size; row++)
            {
                for (int column = 0; column < window.Columns.Size; column++)
                {
                    *table++ = (channel * Plane) + (row * window.Rows.Dilation * Width) + (column * window.Columns.Dilation);
                }
            }
        }
    }

    /// <summary>Copies the rows that begin at a row of the padded picture.</summary>
    public void Copy(float* picture, int firstRow, float* copy)
    {
        int above = Math.Clamp(Top - firstRow, 0, Height);
        int from = Math.Max(0, firstRow - Top);
        int rows = Math.Clamp(SourceHeight - from, 0, Height - above);
        int left = Math.Clamp(Left, 0, Width);
        int skipped = Math.Max(0, -Left);
        int columns = Math.Clamp(SourceWidth - skipped, 0, Width - left);
        if (columns == 0)
        {
            rows = 0;
        }

        picture += ((nint)from * SourceWidth) + skipped;
        for (int channel = 0; channel < Channels; channel++)
        {
            int start = rows == 0 ? 0 : (above * Width) + left;
            new Span<float>(copy, start).Clear();
            if (rows > 0)
            {
                // After each row come the zeros at its end and before the next.
                Packing.Copy(picture, SourceWidth, columns, rows, copy + start, Width);
            }

            int end = start + (rows * Width);
            if (end < Plane)
            {
                new Span<float>(copy + end, Plane - end).Clear();
            }

            picture += (nint)SourceHeight * SourceWidth;
            copy += Plane;
        }
    }
}
