using Quern.Mnist.Data;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Quern.Mnist.Tests.Data;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private Task<DataSplits> Read(Ink ink = Ink.Auto) => new DataSource { Ink = ink }.ResolveAsync(null, _folder.Path, 0);

    private async Task<string> MessageOf() => (await Assert.ThrowsAnyAsync<DatasetException>(() => Read())).Message;

    private void Save(string name, int kind = 0)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        using Image picture = DrawnPicture.Draw(kind, 60, 60, new Rgba32(0, 0, 0), new Rgba32(255, 255, 255));
        picture.Save(_folder.File(name));
    }

    [Fact]
    public async Task A_folder_for_each_label_is_split_the_same_each_time()
    {
        DrawnPicture.SaveDozen(_folder.Path);

        DataSplits splits = await Read(), again = await Read();

        Assert.Equal(("custom", false, 10, 2, 4), (splits.Name, splits.IsVerified, splits.Train.Count, splits.Validation.Count, splits.Train.ClassCount));
        Assert.Equal([0, 0, 0, 1, 1, 2, 2, 2, 3, 3], splits.Train.Labels.ToArray());
        Assert.Equal([1, 3], splits.Validation.Labels.ToArray());
        Assert.Contains("0 is 0, 1 is 1, 2 is 2, 3 is 7", splits.Origin, StringComparison.Ordinal);
        Assert.Equal(_folder.Path, splits.Directory);
        Assert.Equal(splits.ImageHash(), again.ImageHash());

        // The sixth by name, in the order of the labels.
        string[] ones = [.. Directory.GetFiles(_folder.File("1")).Order(StringComparer.Ordinal)];
        Assert.Equal(ImageReader.Read(ones[2]), splits.Validation.Image(0).ToArray());
    }

    [Fact]
    public async Task Labels_are_numbered_by_name_and_told_up_to_twenty()
    {
        for (int label = 22; label >= 0; label--)
        {
            Save($"{label}/a.png");
        }

        DataSplits splits = await Read();

        Assert.EndsWith(" Labels: " + string.Join(", ", Enumerable.Range(0, 20).Select(label => $"{label} is {label}")) + ", ....", splits.Origin, StringComparison.Ordinal);
        Assert.Equal(23, splits.Train.ClassCount);
    }

    [Fact]
    public async Task Another_picture_is_another_fingerprint()
    {
        DrawnPicture.SaveDozen(_folder.Path);
        string before = (await Read()).ImageHash();
        Directory.GetFiles(_folder.File("1")).ToList().ForEach(File.Delete);
        Save("1/3.png", kind: 3);

        Assert.NotEqual(before, (await Read()).ImageHash());
    }

    [Fact]
    public async Task Pictures_without_folders_have_one_label_and_other_files_are_passed_over()
    {
        Save("a.png");
        Save("b.JPG", 1);
        Save("c.bmp", 2);
        File.WriteAllText(_folder.File("notes.txt"), "");
        File.WriteAllBytes(_folder.File(".hidden.png"), []);

        DataSplits splits = await Read();

        Assert.Equal((2, 1, 1), (splits.Train.Count, splits.Validation.Count, splits.Train.ClassCount));
    }

    [Fact]
    public async Task What_cannot_be_used_is_named_and_counted()
    {
        Save("a.png");
        Save("b.png");
        File.WriteAllBytes(_folder.File("c.png"), [1, 2, 3]);
        Assert.Contains("c.png' is no picture", await MessageOf(), StringComparison.Ordinal);

        File.WriteAllBytes(_folder.File("d.png"), [1, 2, 3]);
        string message = await MessageOf();
        Assert.Contains("c.png' is no picture", message, StringComparison.Ordinal);
        Assert.Contains("1 more of the 4", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folders_that_are_no_data_set_are_refused()
    {
        Assert.Contains("or give a folder of pictures", await MessageOf(), StringComparison.Ordinal);

        Save("a.png");
        Assert.Contains("at least two", await MessageOf(), StringComparison.Ordinal);

        Save("label/b.png");
        Assert.Contains("beside folders of pictures ('label')", await MessageOf(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ink_and_transposing_are_for_the_folders_that_have_them()
    {
        Save("a.png");
        Save("b.png");
        Assert.Equal((await Read()).ImageHash(), (await Read(Ink.Dark)).ImageHash());
        await Assert.ThrowsAsync<DatasetException>(() => new DataSource { TransposeImages = true }.ResolveAsync(null, _folder.Path, 0));
        await Assert.ThrowsAsync<DatasetException>(() => new DataSource { Ink = Ink.Dark }.ResolveAsync("synthetic", null, 0));
    }
}
