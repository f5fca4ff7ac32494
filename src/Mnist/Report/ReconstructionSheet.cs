using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Pictures;
using Quern.Tensors;

namespace Quern.Mnist.Report;

/// <summary>Images, each above what an autoencoder makes of it; or noisy images above reconstructions above originals.</summary>
public static class ReconstructionSheet
{
    private const int MaxColumns = 16;

    /// <summary>Draws the first images of a data set and their reconstructions.</summary>
    /// <param name="model">The autoencoder; it is put in evaluation mode.</param>
    /// <param name="images">Images of 28x28 pixels: at least one.</param>
    /// <param name="count">How many; fewer where there are not so many. At least 1.</param>
    /// <param name="noise">Noise on what the autoencoder is shown; null for none. Then the originals are at the bottom.</param>
    /// <param name="seed">Chooses the noise: that of a run's validation is chosen by its seed.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    public static ContactSheet Of(ImageAutoencoder model, Dataset images, int count = 2 * MaxColumns, ImageNoise? noise = null, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        count = Math.Min(count, images.Count);
        int columns = Math.Min(MaxColumns, count);
        int pixels = images.Rows * images.Columns;
        model.Eval();
        var originals = images.ToTensor(0, count, model.Parameters[0].Value.Device);
        var shown = noise?.AddTo(originals, new Generator(seed) { Stream = RandomStreams.ValidationNoise(0) }) ?? originals;
        float[] reconstructions = model.Forward(shown).ToArray();
        float[][] rows = noise is null ? [originals.ToArray(), reconstructions] : [shown.ToArray(), reconstructions, originals.ToArray()];
        var sheet = new ContactSheet(
            rows.Length * ((count + columns - 1) / columns), columns, images.Columns, images.Rows, scale: 3, rowsPerGroup: rows.Length);
        for (int i = 0; i < count; i++)
        {
            for (int row = 0; row < rows.Length; row++)
            {
                sheet.Put((rows.Length * (i / columns)) + row, i % columns, rows[row].AsSpan(i * pixels, pixels));
            }
        }

        return sheet;
    }
}
