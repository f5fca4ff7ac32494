using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Pictures;

namespace Quern.Mnist.Report;

/// <summary>Images, each above what an autoencoder makes of it.</summary>
public static class ReconstructionSheet
{
    private const int MaxColumns = 16;

    /// <summary>Draws the first images of a data set and their reconstructions.</summary>
    /// <param name="model">The autoencoder; it is put in evaluation mode.</param>
    /// <param name="images">Images of 28x28 pixels: at least one.</param>
    /// <param name="count">How many; fewer where there are not so many. At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    public static ContactSheet Of(ImageAutoencoder model, Dataset images, int count = 2 * MaxColumns)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        count = Math.Min(count, images.Count);
        int columns = Math.Min(MaxColumns, count);
        int pixels = images.Rows * images.Columns;
        model.Eval();
        var originals = images.ToTensor(0, count, model.Parameters[0].Value.Device);
        float[] above = originals.ToArray();
        float[] below = model.Forward(originals).ToArray();
        var sheet = new ContactSheet(2 * ((count + columns - 1) / columns), columns, images.Columns, images.Rows, scale: 3, rowsPerGroup: 2);
        for (int i = 0; i < count; i++)
        {
            sheet.Put(2 * (i / columns), i % columns, above.AsSpan(i * pixels, pixels));
            sheet.Put((2 * (i / columns)) + 1, i % columns, below.AsSpan(i * pixels, pixels));
        }

        return sheet;
    }
}
