using System.Diagnostics;
using Quern.Kernels.OpenCl;

namespace Quern.Kernels.Tests.OpenCl;

public sealed class ProgramCacheTests : IDisposable
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] Other = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private static readonly byte[] Binary = [1, 2, 3, 4];

    private readonly string _parent = Directory.CreateTempSubdirectory("quern-cache-").FullName;
    private readonly string _folder;
    private readonly ProgramCache _cache;

    public ProgramCacheTests()
    {
        _folder = Path.Combine(_parent, "made", "opencl");
        _cache = new ProgramCache(_folder);
    }

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public void An_entry_is_read_back_by_its_key_alone()
    {
        Assert.Null(_cache.Read(Key));

        _cache.Write(Key, Binary);

        Assert.Equal(Binary, _cache.Read(Key));
        Assert.Null(_cache.Read(Other));
        Assert.Equal(_cache.FileOf(Key), Assert.Single(Directory.GetFiles(_folder)));
    }

    [Fact]
    public void The_key_tells_apart_all_that_a_binary_depends_on()
    {
        string[] parts = ["platform", "device", "OpenCL 3.0", "driver 1", "-cl-options", "source"];
        string[] keys =
        [
            KeyOf(parts),
            .. Enumerable.Range(0, parts.Length).Select(changed => KeyOf([.. parts.Select((part, i) => i == changed ? part + "'" : part)])),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], KeyOf(parts));

        static string KeyOf(string[] p) => Convert.ToHexString(ProgramCache.KeyOf(p[0], p[1], p[2], p[3], p[4], p[5]));
    }

    [Fact]
    public void An_entry_under_the_name_of_another_is_dropped()
    {
        _cache.Write(Key, Binary);
        File.Copy(_cache.FileOf(Key), _cache.FileOf(Other));

        Assert.Null(_cache.Read(Other));
    }

    [Fact]
    public void Folder_and_entries_are_made_for_their_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other rights.");
        _cache.Write(Key, Binary);

        foreach (string made in new[] { _folder, Path.GetDirectoryName(_folder)!, _cache.FileOf(Key) })
        {
            Assert.Equal(UnixFileMode.None, Mode(made) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        }
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void What_others_may_write_is_not_used(UnixFileMode extra)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other rights.");
        _cache.Write(Key, Binary);
        foreach (string open in new[] { _folder, _cache.FileOf(Key) })
        {
            UnixFileMode closed = Mode(open);
            SetMode(open, closed | extra);
            Assert.Null(_cache.Read(Key));
            SetMode(open, closed);
            Assert.Equal(Binary, _cache.Read(Key));
        }

        SetMode(_folder, Mode(_folder) | extra);
        _cache.Write(Other, Binary);
        Assert.False(File.Exists(_cache.FileOf(Other)));
    }

    [Fact]
    public void What_another_user_owns_is_not_used()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only the superuser can give files to another user.");
        _cache.Write(Key, Binary);
        foreach (string given in new[] { _cache.FileOf(Key), _folder })
        {
            Change("65534", given);
            Assert.Null(_cache.Read(Key));
            Change("0", given);
            Assert.Equal(Binary, _cache.Read(Key));
        }

        static void Change(string owner, string path)
        {
            using Process change = Process.Start("chown", [owner, path]);
            change.WaitForExit();
            Assert.Equal(0, change.ExitCode);
        }
    }

    [Fact]
    public void The_files_of_the_system_are_not_those_of_its_users()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The place of the file is Linux's.");

        Assert.Equal(Environment.IsPrivilegedProcess, FileOwner.IsOnlyMine("/etc/passwd"));
    }

    private static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}
