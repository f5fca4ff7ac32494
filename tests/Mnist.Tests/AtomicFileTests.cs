namespace Quern.Mnist.Tests;

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
}
