using System.Text;

namespace Quern.Nn;

/// <summary>Writes files that are either whole or absent: into a temporary file beside the target, then renamed over it.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file, or leaves what was there before.</summary>
    /// <param name="path">The file to make or replace. Its folder must exist.</param>
    /// <param name="write">Writes the content. When it throws, nothing is left behind.</param>
    /// <exception cref="IOException">The folder is missing, full or not writable.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string target = Path.GetFullPath(path);
        // The same folder, since a rename is atomic only within one file system.
        string temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes a text file in UTF-8, or leaves what was there before.</summary>
    /// <inheritdoc cref="Write"/>
    /// <param name="path">The file to make or replace. Its folder must exist.</param>
    /// <param name="text">The whole content.</param>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
