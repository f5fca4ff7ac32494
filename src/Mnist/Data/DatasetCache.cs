namespace Quern.Mnist.Data;

/// <summary>The folder that keeps downloaded datasets, one subfolder each.</summary>
public static class DatasetCache
{
    /// <summary>
    /// <c>$XDG_CACHE_HOME/quern</c> where that is set; else <c>%LOCALAPPDATA%\quern</c> on Windows,
    /// <c>~/Library/Caches/quern</c> on macOS and <c>~/.cache/quern</c> elsewhere.
    /// </summary>
    public static string DefaultDirectory
    {
        get
        {
            // The XDG specification says to ignore a relative path.
            string? xdg = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            if (Path.IsPathFullyQualified(xdg ?? ""))
            {
                return Path.Combine(xdg!, "quern");
            }

            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            string parent = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : home.Length == 0 ? Path.GetTempPath()
                : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
                : Path.Combine(home, ".cache");
            return Path.Combine(parent, "quern");
        }
    }

    /// <summary>Makes the folder of a dataset, for its owner alone where there are such rights.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    internal static void MakeFolder(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Deletes a symbolic link that lies where a file is to be written: to write there would change another file.</summary>
    internal static void DeleteLink(string path)
    {
        FileInfo file = new(path);
        if (file.LinkTarget is not null)
        {
            file.Delete();
        }
    }

    /// <summary>Waits until no other process downloads into a folder, and keeps others out until disposed.</summary>
    /// <param name="directory">An existing folder.</param>
    /// <param name="waiting">Called once if there is somebody to wait for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal static async Task<IDisposable> LockAsync(string directory, Action waiting, CancellationToken cancellationToken)
    {
        string path = Path.Combine(directory, ".lock");
        DeleteLink(path);
        for (bool first = true; ; first = false)
        {
            try
            {
                // The operating system lets go of the file when its process ends, however that ends.
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (IsSharingViolation(e))
            {
                if (first)
                {
                    waiting();
                }

                await Task.Delay(100, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // ERROR_SHARING_VIOLATION on Windows; EWOULDBLOCK on Linux and macOS.
    private static bool IsSharingViolation(IOException e) =>
        e.HResult == (OperatingSystem.IsWindows() ? unchecked((int)0x80070020) : OperatingSystem.IsLinux() ? 11 : 35);
}
