namespace Quern.Kernels;

/// <summary>The user's folder for what can be made or fetched again.</summary>
internal static class UserCache
{
    /// <summary>
    /// <c>$XDG_CACHE_HOME/quern</c> where that is set; else <c>%LOCALAPPDATA%\quern</c> on Windows,
    /// <c>~/Library/Caches/quern</c> on macOS and <c>~/.cache/quern</c> elsewhere.
    /// </summary>
    public static string Folder
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

    /// <summary>Makes a folder, and those above it that are missing, for their owner alone where there are such rights.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static void Make(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            // The mode is given to the last folder of a path only.
            if (Path.GetDirectoryName(Path.GetFullPath(folder)) is { } parent && !Directory.Exists(parent))
            {
                Make(parent);
            }

            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
