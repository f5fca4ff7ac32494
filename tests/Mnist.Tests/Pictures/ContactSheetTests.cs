using Quern.Mnist.Pictures;

namespace Quern.Mnist.Tests.Pictures;

public class ContactSheetTests
{
    [Fact]
    public void Images_lie_in_their_cells_with_the_margin_around_them()
    {
        var sheet = new ContactSheet(rows: 2, columns: 2, imageWidth: 2, imageHeight: 1, margin: 1, background: 9);

        sheet.Put(0, 0, (byte[])[1, 2]);
        sheet.Put(1, 1, (byte[])[3, 4]);

        Assert.Equal((7, 5), (sheet.Width, sheet.Height));
        Assert.Equal(
            [
                9, 9, 9, 9, 9, 9, 9,
                9, 1, 2, 9, 9, 9, 9,
                9, 9, 9, 9, 9, 9, 9,
                9, 9, 9, 9, 3, 4, 9,
                9, 9, 9, 9, 9, 9, 9,
            ],
            sheet.Pixels.ToArray());
    }

    [Fact]
    public void A_scaled_image_has_squares_for_pixels()
    {
        var sheet = new ContactSheet(1, 1, imageWidth: 2, imageHeight: 1, scale: 2, margin: 0);

        sheet.Put(0, 0, (byte[])[5, 6]);

        Assert.Equal([5, 5, 6, 6, 5, 5, 6, 6], sheet.Pixels.ToArray());
    }

    [Fact]
    public void Groups_of_rows_stand_apart()
    {
        var sheet = new ContactSheet(rows: 4, columns: 1, imageWidth: 1, imageHeight: 1, margin: 1, rowsPerGroup: 2, background: 0);
        for (int row = 0; row < 4; row++)
        {
            sheet.Put(row, 0, (byte[])[(byte)(row + 1)]);
        }

        byte[] middle = [.. Enumerable.Range(0, sheet.Height).Select(y => sheet.Pixels.ToArray()[(y * sheet.Width) + 1])];

        Assert.Equal([0, 1, 0, 2, 0, 0, 0, 0, 3, 0, 4, 0], middle);
    }

    [Fact]
    public void Floats_are_rounded_and_clamped_and_NaN_is_black()
    {
        var sheet = new ContactSheet(1, 1, imageWidth: 6, imageHeight: 1, margin: 0);

        sheet.Put(0, 0, (float[])[0, 1, 0.5f, -3, 7, float.NaN]);

        Assert.Equal([0, 255, 128, 0, 255, 0], sheet.Pixels.ToArray());
    }

    [Fact]
    public void A_sheet_is_written_as_png()
    {
        var sheet = new ContactSheet(2, 3, scale: 2);
        sheet.Put(1, 2, Enumerable.Range(0, 784).Select(i => (byte)i).ToArray());
        using var file = new MemoryStream();

        sheet.WritePng(file);

        var png = PngDecoder.Decode(file.ToArray());
        Assert.Equal((sheet.Width, sheet.Height), (png.Width, png.Height));
        Assert.Equal(sheet.Pixels.ToArray(), png.Pixels);
    }

    [Fact]
    public void Wrong_cells_and_sizes_are_refused_with_both_numbers()
    {
        var sheet = new ContactSheet(2, 3);

        Assert.Contains("row 2, column 0", Assert.Throws<ArgumentOutOfRangeException>(() => sheet.Put(2, 0, new byte[784])).Message);
        Assert.Contains("28 x 28", Assert.Throws<ArgumentException>(() => sheet.Put(0, 0, new float[783])).Message);
    }
}
