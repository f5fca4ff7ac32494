namespace Quern.Tensors;

// Batches out of a dataset.
public sealed partial class Tensor
{
    /// <summary>
    /// Fills this tensor [count, …] with rows of bytes: row i becomes source[rows[first + i]] times <paramref name="scale"/>.
    /// So a dataset stays on its device as bytes, a quarter of its size as numbers.
    /// </summary>
    /// <param name="source">The bytes, row after row; a row is as long as one of this tensor's.</param>
    /// <param name="rows">Numbers of rows of <paramref name="source"/>, in the order wanted.</param>
    /// <param name="first">Where in <paramref name="rows"/> to begin.</param>
    /// <param name="scale">The factor; 1/255 takes bytes to the range from 0 to 1.</param>
    /// <exception cref="ShapeException">The tensor has no rows, or the source holds no whole number of them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are too few row numbers behind <paramref name="first"/>.</exception>
    /// <exception cref="ArgumentException">A row number lies outside the source; found on the processor only.</exception>
    /// <exception cref="DeviceException">The three live on different devices.</exception>
    public void Gather(DeviceMemory<byte> source, DeviceMemory<int> rows, long first, float scale)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(rows);
        if (!Device.SharesMemoryWith(source.Device) || !Device.SharesMemoryWith(rows.Device))
        {
            throw new DeviceException($"Gather: the tensor lives on {Device}, the source on {source.Device} and the row numbers on {rows.Device}; all must live on one device.");
        }

        int count = Rank == 0 ? 0 : Shape[0];
        long rowLength = count == 0 ? 0 : ElementCount / count;
        if (rowLength == 0 || source.Length % rowLength != 0)
        {
            throw new ShapeException($"Gather: the tensor has shape {Shape}, so rows of {rowLength}; the source holds {source.Length} bytes, which must be a whole number of rows.");
        }

        if (first < 0 || first > rows.Length - count)
        {
            throw new ArgumentOutOfRangeException(nameof(first), first, $"Gather: {count} row numbers from {first} were asked for; there are {rows.Length}.");
        }

        CountWrite();
        Device.Gather(source, rows, first, scale, this);
    }
}
