using System.Security.Cryptography;
using System.Text;

namespace Quern.Kernels.OpenCl;

/// <summary>
/// Built programs kept on disk, so that the driver's compiler runs once per device, driver version and source. An entry is a
/// SHA-256 of its key and the binary, then the binary; one that does not match, because it is damaged or is another's, is dropped.
/// A folder that cannot be written costs only time: the cache never fails.
/// </summary>
/// <remarks>
/// A binary is code that will run, so a folder or an entry that another user owns or may write is not used. The folder is made for its
/// owner alone.
/// </remarks>
/// <param name="folder">Where the entries lie; made when the first one is stored.</param>
internal sealed class ProgramCache(string folder)
{
    /// <summary>The folder <c>opencl</c> in the one that <c>QUERN_CACHE</c> names, or beside the downloaded datasets in <see cref="UserCache.Folder"/>.</summary>
    public static string DefaultFolder =>
        Path.Combine(Environment.GetEnvironmentVariable("QUERN_CACHE") is { Length: > 0 } chosen ? chosen : UserCache.Folder, "opencl");

    /// <summary>What tells a program from every other.</summary>
    public static byte[] KeyOf(OpenClDeviceInfo device, string options, string source) =>
        KeyOf(device.Platform, device.Name, device.OpenClVersion, device.DriverVersion, options, source);

    internal static byte[] KeyOf(string platform, string device, string openClVersion, string driverVersion, string options, string source) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', platform, device, openClVersion, driverVersion, options, source)));

    /// <summary>The file of a program.</summary>
    public string FileOf(byte[] key) => Path.Combine(folder, Convert.ToHexStringLower(key) + ".bin");

    /// <summary>Reads an entry; one that is missing, damaged, another program's or another user's is <see langword="null"/>.</summary>
    public byte[]? Read(byte[] key)
    {
        try
        {
            string file = FileOf(key);
            if (!FileOwner.IsOnlyMine(folder) || !FileOwner.IsOnlyMine(file))
            {
                return null;
            }

            byte[] entry = File.ReadAllBytes(file);
            int start = Math.Min(SHA256.HashSizeInBytes, entry.Length);
            return Sign(key, entry.AsSpan(start)).AsSpan().SequenceEqual(entry.AsSpan(0, start)) ? entry[start..] : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Stores an entry under a name of its own, then renames it, so that no reader sees half of it.</summary>
    public void Write(byte[] key, byte[] binary)
    {
        string file = FileOf(key);
        string part = $"{file}.{Guid.NewGuid():N}.part";
        try
        {
            UserCache.Make(folder);
            if (!FileOwner.IsOnlyMine(folder))
            {
                return;
            }

            // A new file: what somebody put under its name is never written to.
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (FileStream stream = new(part, options))
            {
                stream.Write(Sign(key, binary));
                stream.Write(binary);
            }

            File.Move(part, file, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A locked or read-only folder: the program is built again next time.
            TryDelete(part);
        }
    }

    private static byte[] Sign(byte[] key, ReadOnlySpan<byte> binary)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(key);
        hash.AppendData(binary);
        return hash.GetHashAndReset();
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
