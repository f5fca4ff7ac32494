using System.Security.Cryptography;
using System.Text;

namespace Quern.Kernels.OpenCl;

/// <summary>
/// Built programs kept on disk, so that the driver's compiler runs once per device, driver version and source. An entry is
/// the SHA-256 of the binary, then the binary; one that does not match its hash is dropped. A folder that cannot be
/// written costs only time: the cache never fails.
/// </summary>
/// <param name="folder">Where the entries lie; made when the first one is stored.</param>
internal sealed class ProgramCache(string folder)
{
    /// <summary>The user's cache folder: <c>QUERN_CACHE</c>, or the system's place for such files, and <c>opencl</c> in it.</summary>
    public static string DefaultFolder
    {
        get
        {
            string? chosen = Environment.GetEnvironmentVariable("QUERN_CACHE");
            if (string.IsNullOrEmpty(chosen))
            {
                string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
                string local = string.IsNullOrEmpty(cache) ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) : cache;
                chosen = Path.Combine(local.Length == 0 ? Path.GetTempPath() : local, "quern");
            }

            return Path.Combine(chosen, "opencl");
        }
    }

    /// <summary>The file of a program.</summary>
    public string FileOf(OpenClDeviceInfo device, string options, string source)
    {
        string identity = string.Join('\n', device.Platform, device.Name, device.OpenClVersion, device.DriverVersion, options, source);
        return Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity))) + ".bin");
    }

    /// <summary>Reads an entry; a missing or damaged one is <see langword="null"/>.</summary>
    public static byte[]? Read(string file)
    {
        try
        {
            byte[] entry = File.ReadAllBytes(file);
            byte[] binary = entry[Math.Min(SHA256.HashSizeInBytes, entry.Length)..];
            return SHA256.HashData(binary).AsSpan().SequenceEqual(entry.AsSpan(0, Math.Min(SHA256.HashSizeInBytes, entry.Length))) ? binary : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Stores an entry under a name of its own, then renames it, so that no reader sees half of it.</summary>
    public static void Write(string file, byte[] binary)
    {
        string part = $"{file}.{Guid.NewGuid():N}.part";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(part, [.. SHA256.HashData(binary), .. binary]);
            File.Move(part, file, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A locked or read-only folder: the program is built again next time.
            TryDelete(part);
        }
    }

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }
}
