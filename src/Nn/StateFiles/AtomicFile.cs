using System.Text;

namespace Quern.Nn;

/// <summary>Writes files that are either whole or absent: into a temporary file beside the target, then renamed over it.</summary>
/// <remarks>A file that is replaced keeps its permissions; where the path is a symbolic link, the file that it leads to is replaced and the link stays.</remarks>
public static class AtomicFile
{
    private const string TemporaryEnding = ".tmp";
    private const int GuidLength = 32;

    // File systems take names of 255 bytes; a temporary one is some 40 bytes longer than the target's.
    private const int MaxNameBytes = 200;

    /// <summary>Writes a file, or leaves what was there before.</summary>
    /// <param name="path">The file to make or replace. Its folder must exist.</param>
    /// <param name="write">Writes the content. When it throws, nothing is left behind.</param>
    /// <exception cref="IOException">The folder is missing, full or not writable.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string target = Resolve(path);
        if (Directory.Exists(target))
        {
            throw new IOException($"'{path}' cannot be written: it is a folder. Give the name of a file.");
        }

        string folder = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"'{path}' cannot be written: there is no folder '{folder}'. Make it first, or choose another.");
        }

        // The same folder, since a rename is atomic only within one file system.
        string temporary = Path.Combine(folder, $"{TemporaryPrefix(target)}{Guid.NewGuid():N}{TemporaryEnding}");
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows() && File.Exists(target))
        {
            options.UnixCreateMode = File.GetUnixFileMode(target);
        }

        try
        {
            using (FileStream stream = Create(temporary, options, path, folder))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
                if (!OperatingSystem.IsWindows())
                {
                    if (options.UnixCreateMode is { } mode)
                    {
                        // Without what the umask took away.
                        File.SetUnixFileMode(stream.SafeFileHandle, mode);
                    }

                    // While it is open it is locked, so that DeleteLeftovers leaves it alone.
                    File.Move(temporary, target, overwrite: true);
                    return;
                }
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
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Deletes the temporary files that processes left behind which were killed while they wrote a file. What is being written is left alone.</summary>
    /// <param name="path">The file that was to be written; it need not exist.</param>
    public static void DeleteLeftovers(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string target = Resolve(path);
        string folder = Path.GetDirectoryName(target)!;
        string prefix = TemporaryPrefix(target);
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (string file in Directory.EnumerateFiles(folder))
        {
            ReadOnlySpan<char> name = Path.GetFileName(file.AsSpan());
            if (name.Length == prefix.Length + GuidLength + TemporaryEnding.Length
                && name.StartsWith(prefix, StringComparison.Ordinal)
                && name.EndsWith(TemporaryEnding, StringComparison.Ordinal)
                && Guid.TryParseExact(name[prefix.Length..^TemporaryEnding.Length], "N", out _))
            {
                DeleteUnlessOpen(file);
            }
        }
    }

    // Whoever asked for a file is told of it and its folder, not of the temporary one.
    private static FileStream Create(string temporary, FileStreamOptions options, string path, string folder)
    {
        try
        {
            return new FileStream(temporary, options);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new UnauthorizedAccessException(
                $"'{path}' cannot be written: no files may be made in '{folder}'. Choose another folder, or change who may write to it.", exception);
        }
    }

    private static void DeleteUnlessOpen(string file)
    {
        try
        {
            using (new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.None))
            {
                if (!OperatingSystem.IsWindows())
                {
                    File.Delete(file);
                    return;
                }
            }

            File.Delete(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another process writes it, or it may not be deleted.
        }
    }

    private static string TemporaryPrefix(string target)
    {
        string name = Path.GetFileName(target);
        return Encoding.UTF8.GetByteCount(name) <= MaxNameBytes ? $".{name}." : ".";
    }

    // The file itself where the path is a link, or a link to a link; it need not exist.
    private static string Resolve(string path)
    {
        FileInfo file = new(path);
        return file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }
}
