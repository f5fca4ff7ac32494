using Quern.Kernels;

namespace Quern.Mnist.Data;

/// <summary>The folder that keeps downloaded datasets, one subfolder each.</summary>
public static class DatasetCache
{
    /// <summary>
    /// <c>$XDG_CACHE_HOME/quern</c> where that is set; else <c>%LOCALAPPDATA%\quern</c> on Windows,
    /// <c>~/Library/Caches/quern</c> on macOS and <c>~/.cache/quern</c> elsewhere.
    /// </summary>
    public static string DefaultDirectory => UserCache.Folder;

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
