using Quern.Tensors;

namespace Quern.Nn.Tests.StateFiles;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("quern-atomic-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_made_and_replaced_and_nothing_else_is_left()
    {
        string file = Path.Combine(_folder, "a.txt");

        AtomicFile.WriteText(file, "first and long");
        AtomicFile.WriteText(file, "second");

        Assert.Equal("second"u8.ToArray(), File.ReadAllBytes(file));
        Assert.Equal([file], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_writer_that_fails_half_way_leaves_the_old_file()
    {
        string file = Path.Combine(_folder, "a.txt");
        AtomicFile.WriteText(file, "old");

        Assert.Throws<InvalidDataException>(() => AtomicFile.Write(file, stream =>
        {
            stream.Write("new, but only h"u8);
            throw new InvalidDataException();
        }));

        Assert.Equal("old", File.ReadAllText(file));
        Assert.Equal([file], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void The_old_file_is_whole_while_the_new_one_is_written()
    {
        string file = Path.Combine(_folder, "a.txt");
        AtomicFile.WriteText(file, "old");
        string? seen = null;

        AtomicFile.Write(file, stream =>
        {
            stream.Write("new"u8);
            seen = File.ReadAllText(file);
        });

        Assert.Equal("old", seen);
        Assert.Equal("new", File.ReadAllText(file));
    }

    [Fact]
    public void A_missing_folder_is_an_error() =>
        Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.WriteText(Path.Combine(_folder, "missing", "a.txt"), "x"));

    [Fact]
    public void A_file_that_is_replaced_keeps_its_permissions()
    {
        if (OperatingSystem.IsWindows())
        {
            throw Xunit.Sdk.SkipException.ForSkip("There are no such permissions.");
        }

        string file = Path.Combine(_folder, "a.txt");
        AtomicFile.WriteText(file, "old");
        foreach (var mode in (UnixFileMode[])[UnixFileMode.UserRead, UnixFileMode.UserRead | UnixFileMode.UserWrite, (UnixFileMode)0b110_110_110])
        {
            File.SetUnixFileMode(file, mode);

            AtomicFile.WriteText(file, "new");

            Assert.Equal(mode, File.GetUnixFileMode(file));
        }
    }

    [Theory]
    [InlineData("there.txt")]
    [InlineData("not-yet.txt")]
    public void A_link_stays_and_the_file_that_it_leads_to_is_written(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links take a privilege there.");
        Directory.CreateDirectory(Path.Combine(_folder, "elsewhere"));
        File.WriteAllText(Path.Combine(_folder, "elsewhere", "there.txt"), "old");
        string link = Path.Combine(_folder, "a.txt");
        File.CreateSymbolicLink(Path.Combine(_folder, "middle"), Path.Combine("elsewhere", name));
        File.CreateSymbolicLink(link, "middle");

        AtomicFile.WriteText(link, "new");

        Assert.Equal("middle", new FileInfo(link).LinkTarget);
        Assert.Equal("new", File.ReadAllText(Path.Combine(_folder, "elsewhere", name)));
    }

    [Fact]
    public void A_name_as_long_as_there_may_be_is_written()
    {
        string file = Path.Combine(_folder, new string('a', 251) + ".txt");

        AtomicFile.WriteText(file, "new");

        Assert.Equal([file], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void What_a_killed_writer_left_is_deleted_and_nothing_else()
    {
        string file = Path.Combine(_folder, "a.txt");
        string left = Path.Combine(_folder, $".a.txt.{Guid.NewGuid():N}.tmp");
        string[] others = [.. ((string[])[".a.txt.notes.tmp", $".b.txt.{Guid.NewGuid():N}.tmp", ".tmp", "a.txt.tmp"]).Select(name => Path.Combine(_folder, name))];
        foreach (string name in (string[])[left, .. others])
        {
            File.WriteAllText(name, "part");
        }

        AtomicFile.Write(file, stream =>
        {
            AtomicFile.DeleteLeftovers(file);
            stream.Write("new"u8);
        });

        Assert.Equal("new", File.ReadAllText(file));
        Assert.Equal(others.Append(file).Order(StringComparer.Ordinal), Directory.GetFileSystemEntries(_folder).Order(StringComparer.Ordinal));
        AtomicFile.DeleteLeftovers(Path.Combine(_folder, "missing", "a.txt"));
    }

    /// <summary><c>mount -t tmpfs -o size=600k tmpfs DIR</c>, then <c>QUERN_SMALL_DISK=DIR dotnet test</c>.</summary>
    [Fact]
    public void A_full_disk_is_an_error_and_leaves_the_old_file()
    {
        string? disk = Environment.GetEnvironmentVariable("QUERN_SMALL_DISK");
        Assert.SkipWhen(string.IsNullOrEmpty(disk), "QUERN_SMALL_DISK names no folder on a disk of less than 1 MB.");
        string file = Path.Combine(disk, "model.safetensors");
        SafeTensors.Write(file, [new("x", Tensor.Ones([1000]))]);
        byte[] old = File.ReadAllBytes(file);

        Assert.Throws<IOException>(() => SafeTensors.Write(file, [new("x", Tensor.Ones([1000, 1000]))]));

        Assert.Equal(old, File.ReadAllBytes(file));
        Assert.Equal([file], Directory.GetFileSystemEntries(disk));
    }
}
