using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Pictures;
using Quern.Tensors;

namespace Quern.Mnist.Report;

/// <summary>Straight paths through the code space of an autoencoder, from one image to another.</summary>
public static class CodeWalkSheet
{
    /// <summary>Draws a row for each of the first pairs of images: what the codes on the way from one to the other decode to.</summary>
    /// <param name="model">The autoencoder; it is put in evaluation mode.</param>
    /// <param name="images">Images of 28x28 pixels: at least two.</param>
    /// <param name="rows">How many pairs; fewer where there are not so many. At least 1.</param>
    /// <param name="columns">Codes from one image to the other, both counted: at least 2.</param>
    public static ContactSheet Of(ImageAutoencoder model, Dataset images, int rows = 6, int columns = 16)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 2);
        rows = Math.Min(rows, images.Count / 2);
        int width = model.Bottleneck;
        float[] ends = model.Encode(images, 2 * rows).ToArray();
        float[] codes = new float[rows * columns * width];
        for (int i = 0; i < codes.Length; i++)
        {
            int row = i / (columns * width);
            int column = i / width % columns;
            float part = (float)column / (columns - 1);
            int from = (2 * row * width) + (i % width);
            codes[i] = ((1 - part) * ends[from]) + (part * ends[from + width]);
        }

        var ways = Tensor.From(codes, [rows * columns, width], model.Parameters[0].Value.Device);
        return ContactSheet.Of(model.Decode(ways).ToArray(), columns);
    }
}
