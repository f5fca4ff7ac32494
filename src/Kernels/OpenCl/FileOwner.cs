using System.Runtime.InteropServices;
using System.Text;

namespace Quern.Kernels.OpenCl;

/// <summary>Tells whether a file or folder is safe from other users.</summary>
internal static unsafe partial class FileOwner
{
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>
    /// Whether the user of this process owns a file or folder and nobody else may write it. Not so where that cannot be found out.
    /// On Windows always: folders of a user are closed to others there, and the temporary one is such a folder.
    /// </summary>
    /// <exception cref="IOException">There is no such file or folder.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be looked at.</exception>
    public static bool IsOnlyMine(string path) =>
        OperatingSystem.IsWindows() || ((File.GetUnixFileMode(path) & WritableByOthers) == 0 && IsMine(path));

    private static bool IsMine(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            // struct statx is the same on every architecture: the owner is the number at byte 20.
            const int CurrentFolder = -100, OwnerOffset = 20;
            const uint AskOwner = 8;
            byte* status = stackalloc byte[256];
            try
            {
                fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
                {
                    return Statx(CurrentFolder, name, 0, AskOwner, status) == 0 && *(uint*)(status + OwnerOffset) == EffectiveUser();
                }
            }
            catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
            {
                return false;
            }
        }

        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            return false;
        }

        try
        {
            // Only its owner may set the mode, be it to what it is; and the superuser, who is excluded above.
            File.SetUnixFileMode(path, File.GetUnixFileMode(path));
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx")]
    private static partial int Statx(int folder, byte* path, int flags, uint mask, byte* status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
