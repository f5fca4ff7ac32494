using Quern.Mnist.Data;

namespace Quern.Mnist.Tests.Data;

public sealed class DataSourceDirectoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DataSourceDirectoryTests()
    {
        for (int i = 0; i < 4; i++)
        {
            File.WriteAllBytes(_folder.File(TestSet.Names[i]), TestSet.Contents[i]);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static Task<DataSplits> Read(string folder, string? dataset = null) => new DataSource().ResolveAsync(dataset, folder, 0);

    private async Task<string> MessageOf(string? dataset = null) =>
        (await Assert.ThrowsAnyAsync<DatasetException>(() => Read(_folder.Path, dataset))).Message;

    [Theory]
    [InlineData(null, "custom")]
    [InlineData("fashion-mnist", "fashion-mnist")]
    public async Task Any_set_of_the_same_form_is_read_and_called_unverified(string? dataset, string name)
    {
        DataSplits splits = await Read(_folder.Path, dataset);

        Assert.Equal(name, splits.Name);
        Assert.False(splits.IsVerified);
        Assert.Contains("unverified", splits.Origin, StringComparison.Ordinal);
        Assert.Equal((40, 20, 10), (splits.Train.Count, splits.Validation.Count, splits.Train.ClassCount));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_known_set_is_recognised_by_its_checksums(bool checksumsOfGzip)
    {
        for (int i = 0; i < 4; i++)
        {
            File.Delete(_folder.File(TestSet.Names[i]));
            File.WriteAllBytes(_folder.File(TestSet.Names[i].Replace("-idx", ".idx", StringComparison.Ordinal) + ".gz"), TestSet.Zipped[i]);
        }

        DataSplits splits = await new DataSource { Datasets = [TestSet.Published(checksumsOfGzip)] }.ResolveAsync(null, _folder.Path, 0);

        Assert.Equal("mnist", splits.Name);
        Assert.True(splits.IsVerified);
    }

    [Fact]
    public async Task The_real_MNIST_is_recognised_by_its_checksums()
    {
        DirectoryInfo? parent = new(AppContext.BaseDirectory);
        while (parent is not null && !Directory.Exists(Path.Combine(parent.FullName, "shared", "mnist")))
        {
            parent = parent.Parent;
        }

        Assert.SkipWhen(parent is null, "The files of MNIST are not in shared/mnist beside this repository.");

        DataSplits splits = await Read(Path.Combine(parent.FullName, "shared", "mnist"));

        Assert.Equal("mnist", splits.Name);
        Assert.True(splits.IsVerified);
        Assert.Equal((60_000, 10_000, 28, 28), (splits.Train.Count, splits.Validation.Count, splits.Train.Rows, splits.Train.Columns));
    }

    [Fact]
    public async Task A_missing_folder_is_named()
    {
        string missing = _folder.File("nowhere");

        Assert.Contains($"'{missing}' does not exist", (await Assert.ThrowsAsync<DatasetException>(() => Read(missing))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_files_are_all_named()
    {
        File.Delete(_folder.File(TestSet.Names[0]));
        File.Delete(_folder.File(TestSet.Names[3]));

        Assert.Contains($"lacks {TestSet.Names[0]}, {TestSet.Names[3]} ", await MessageOf(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_file_is_named()
    {
        File.WriteAllBytes(_folder.File(TestSet.Names[2]), TestSet.Zipped[2][..^20]);

        string message = await MessageOf("mnist");

        Assert.Contains(TestSet.Names[2], message, StringComparison.Ordinal);
        Assert.Contains("truncated", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_and_labels_of_different_number_are_refused()
    {
        File.WriteAllBytes(_folder.File(TestSet.Names[1]), IdxBytes.Plain([39], new byte[39]));

        string message = await MessageOf();

        Assert.Contains("40 images", message, StringComparison.Ordinal);
        Assert.Contains("39 labels", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_of_another_size_are_refused()
    {
        File.WriteAllBytes(_folder.File(TestSet.Names[2]), IdxBytes.Plain([20, 32, 32], new byte[20 * 32 * 32]));

        Assert.Contains("32x32", await MessageOf(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Swapped_images_and_labels_are_refused()
    {
        File.WriteAllBytes(_folder.File(TestSet.Names[0]), TestSet.Contents[1]);
        File.WriteAllBytes(_folder.File(TestSet.Names[1]), TestSet.Contents[0]);

        Assert.Contains("three: count, rows, columns", await MessageOf(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_with_more_than_one_axis_are_refused()
    {
        File.WriteAllBytes(_folder.File(TestSet.Names[3]), IdxBytes.Plain([10, 2], new byte[20]));

        Assert.Contains("10x2", await MessageOf(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_set_without_images_is_refused()
    {
        File.WriteAllBytes(_folder.File(TestSet.Names[2]), IdxBytes.Plain([0, 28, 28], []));
        File.WriteAllBytes(_folder.File(TestSet.Names[3]), IdxBytes.Plain([0], []));

        Assert.Contains("holds no images", await MessageOf(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_dataset_is_answered_with_the_known_ones()
    {
        string message = (await Assert.ThrowsAsync<DatasetException>(() => new DataSource().ResolveAsync("cifar", null, 0))).Message;

        Assert.Contains("mnist, fashion-mnist, synthetic", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Synthetic_digits_and_a_folder_exclude_each_other() =>
        Assert.Contains("Give one or the other", await MessageOf("synthetic"), StringComparison.Ordinal);
}
