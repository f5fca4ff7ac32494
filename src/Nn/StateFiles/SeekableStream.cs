namespace Quern.Nn;

/// <summary>What the readers of files need: a stream that knows how much is left, so that no length that a header claims is taken at its word.</summary>
internal static class SeekableStream
{
    /// <summary>The stream itself if it can seek; otherwise what is left of it, in memory.</summary>
    /// <exception cref="InvalidDataException">There is more than memory holds in one piece.</exception>
    public static Stream Of(Stream stream)
    {
        if (stream.CanSeek)
        {
            return stream;
        }

        MemoryStream content = new();
        byte[] chunk = new byte[1 << 16];
        int read;
        while ((read = stream.Read(chunk)) > 0)
        {
            if (content.Length + read > Array.MaxLength)
            {
                throw new InvalidDataException($"it cannot seek and is longer than {Array.MaxLength} bytes. Copy it to a file, and read that.");
            }

            content.Write(chunk, 0, read);
        }

        content.Position = 0;
        return content;
    }
}
