using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;

namespace Quern.Mnist.Pictures;

/// <summary>
/// Many small grey images of one size on one picture, in rows and columns: originals above reconstructions, or a row for
/// each class. Cells that no image was put into keep the background.
/// </summary>
public sealed class ContactSheet
{
    private readonly byte[] _pixels;
    private readonly int _imageWidth;
    private readonly int _imageHeight;
    private readonly int _margin;
    private readonly int _scale;
    private readonly int _rowsPerGroup;

    /// <summary>Makes an empty sheet.</summary>
    /// <param name="rows">Rows of images, at least 1.</param>
    /// <param name="columns">Columns of images, at least 1.</param>
    /// <param name="imageWidth">Width of every image in pixels, at least 1.</param>
    /// <param name="imageHeight">Height of every image in pixels, at least 1.</param>
    /// <param name="scale">Every pixel of an image becomes a square of this many pixels, at least 1.</param>
    /// <param name="margin">Pixels of background around and between the images.</param>
    /// <param name="rowsPerGroup">Rows that belong together; between groups the margin is four times as high. 0: no groups.</param>
    /// <param name="background">Grey of the background: 0 is black, 255 white.</param>
    public ContactSheet(
        int rows, int columns, int imageWidth = 28, int imageHeight = 28, int scale = 1, int margin = 2, int rowsPerGroup = 0, byte background = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(imageWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(imageHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(margin);
        ArgumentOutOfRangeException.ThrowIfNegative(rowsPerGroup);
        Rows = rows;
        Columns = columns;
        _imageWidth = imageWidth;
        _imageHeight = imageHeight;
        _scale = scale;
        _margin = margin;
        _rowsPerGroup = rowsPerGroup;
        Width = checked(Left(columns - 1) + (imageWidth * scale) + margin);
        Height = checked(Top(rows - 1) + (imageHeight * scale) + margin);
        _pixels = new byte[checked(Width * Height)];
        _pixels.AsSpan().Fill(background);
    }

    /// <summary>Makes a sheet of images of 28x28 pixels, row by row.</summary>
    /// <param name="images">The images one after the other, 784 values each: 0 is black, 1 white. At least one.</param>
    /// <param name="columns">Columns of images; fewer where there are not so many. At least 1.</param>
    internal static ContactSheet Of(ReadOnlySpan<float> images, int columns)
    {
        const int Pixels = 28 * 28;
        int count = images.Length / Pixels;
        columns = Math.Min(columns, count);
        var sheet = new ContactSheet((count + columns - 1) / columns, columns, scale: 3);
        for (int i = 0; i < count; i++)
        {
            sheet.Put(i / columns, i % columns, images.Slice(i * Pixels, Pixels));
        }

        return sheet;
    }

    /// <summary>Rows of images.</summary>
    public int Rows { get; }

    /// <summary>Columns of images.</summary>
    public int Columns { get; }

    /// <summary>Width of the sheet in pixels.</summary>
    public int Width { get; }

    /// <summary>Height of the sheet in pixels.</summary>
    public int Height { get; }

    /// <summary>The sheet row by row from the top, one byte a pixel: 0 is black, 255 white.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>Puts an image of bytes into a cell.</summary>
    /// <param name="row">Row of the cell, from 0 at the top.</param>
    /// <param name="column">Column of the cell, from 0 at the left.</param>
    /// <param name="image">Row by row, one byte a pixel: 0 is black, 255 white.</param>
    /// <exception cref="ArgumentException">There is no such cell, or the image has another size than the sheet's.</exception>
    public void Put(int row, int column, ReadOnlySpan<byte> image)
    {
        CheckCell(row, column, image.Length);
        for (int y = 0; y < _imageHeight; y++)
        {
            for (int x = 0; x < _imageWidth; x++)
            {
                Square(row, column, y, x, image[(y * _imageWidth) + x]);
            }
        }
    }

    /// <summary>Puts an image of floats into a cell.</summary>
    /// <param name="row">Row of the cell, from 0 at the top.</param>
    /// <param name="column">Column of the cell, from 0 at the left.</param>
    /// <param name="image">Row by row, one value a pixel: 0 is black, 1 white; what lies outside is clamped, NaN is black.</param>
    /// <exception cref="ArgumentException">There is no such cell, or the image has another size than the sheet's.</exception>
    public void Put(int row, int column, ReadOnlySpan<float> image)
    {
        CheckCell(row, column, image.Length);
        for (int y = 0; y < _imageHeight; y++)
        {
            for (int x = 0; x < _imageWidth; x++)
            {
                float value = image[(y * _imageWidth) + x];
                Square(row, column, y, x, value > 0 ? (byte)MathF.Round(MathF.Min(value, 1) * 255) : (byte)0);
            }
        }
    }

    /// <summary>Writes the sheet as a PNG file.</summary>
    /// <param name="stream">Where the file goes; it is left open.</param>
    public void WritePng(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using Image<L8> picture = Image.WrapMemory<L8>(ImageFormats.Configuration, _pixels.AsMemory(), Width, Height);
        picture.SaveAsPng(stream, new PngEncoder { ColorType = PngColorType.Grayscale, BitDepth = PngBitDepth.Bit8 });
    }

    private int Left(int column) => checked(_margin + (column * ((_imageWidth * _scale) + _margin)));

    private int Top(int row)
    {
        int groupsAbove = _rowsPerGroup == 0 ? 0 : row / _rowsPerGroup;
        return checked(_margin + (row * ((_imageHeight * _scale) + _margin)) + (groupsAbove * 3 * _margin));
    }

    private void Square(int row, int column, int y, int x, byte value)
    {
        int left = Left(column) + (x * _scale);
        int top = Top(row) + (y * _scale);
        for (int line = top; line < top + _scale; line++)
        {
            _pixels.AsSpan((line * Width) + left, _scale).Fill(value);
        }
    }

    private void CheckCell(int row, int column, int length)
    {
        if ((uint)row >= (uint)Rows || (uint)column >= (uint)Columns)
        {
            throw new ArgumentOutOfRangeException(
                nameof(row), $"ContactSheet.Put: there is no cell at row {row}, column {column}; the sheet has {Rows} rows and {Columns} columns.");
        }

        if (length != _imageWidth * _imageHeight)
        {
            throw new ArgumentException(
                $"ContactSheet.Put: the image has {length} pixels; the sheet takes {_imageWidth} x {_imageHeight} = {_imageWidth * _imageHeight}.");
        }
    }
}
