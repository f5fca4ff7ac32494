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
