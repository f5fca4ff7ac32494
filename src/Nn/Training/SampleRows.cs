namespace Quern.Nn;

/// <summary>Puts rows of a table together in another order.</summary>
internal static class SampleRows
{
    /// <summary>Copies rows.</summary>
    /// <param name="source">[rows of the table, width].</param>
    /// <param name="rows">Which rows, in order.</param>
    /// <param name="result">[rows.Length, width].</param>
    public static void Copy(ReadOnlySpan<float> source, ReadOnlySpan<int> rows, Span<float> result)
    {
        int width = result.Length / rows.Length;
        for (int i = 0; i < rows.Length; i++)
        {
            source.Slice(checked(rows[i] * width), width).CopyTo(result[(i * width)..]);
        }
    }
}
