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

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_known_set_with_a_number_changed_in_any_of_its_files_is_not_that_set(int file)
    {
        byte[] changed = [.. TestSet.Contents[file]];
        changed[^1] ^= 1;
        File.WriteAllBytes(_folder.File(TestSet.Names[file]), changed);

        DataSplits splits = await new DataSource { Datasets = [TestSet.Published(false)] }.ResolveAsync(null, _folder.Path, 0);

        Assert.Equal(("custom", false), (splits.Name, splits.IsVerified));
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

    [Theory]
    [InlineData(20, 28, 28, 1)]
    [InlineData(20, 1, 28, 28)]
    public async Task Images_with_an_axis_for_their_one_channel_are_read(params int[] dimensions)
    {
        File.WriteAllBytes(_folder.File(TestSet.Names[2]), IdxBytes.Plain(dimensions, TestSet.Contents[2].AsSpan(16)));

        DataSplits splits = await Read(_folder.Path);

        Assert.Equal((20, 28, 28), (splits.Validation.Count, splits.Validation.Rows, splits.Validation.Columns));
        Assert.Equal(TestSet.Contents[2][16..], splits.Validation.Images.ToArray());
    }

    [Fact]
    public async Task Images_of_three_channels_are_refused()
    {
        File.WriteAllBytes(_folder.File(TestSet.Names[2]), IdxBytes.Plain([20, 28, 28, 3], new byte[20 * 28 * 28 * 3]));

        Assert.Contains("20x28x28x3", await MessageOf(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_of_another_size_are_refused_by_their_header_alone()
    {
        // A few bytes that promise a gigabyte, and would keep a reader of the elements waiting for them.
        File.WriteAllBytes(_folder.File(TestSet.Names[2]), IdxBytes.Plain([1, 32_000, 32_000], []));

        Assert.Contains("images of 32000x32000", await MessageOf(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transposed_images_are_turned()
    {
        DataSplits turned = await new DataSource { TransposeImages = true }.ResolveAsync(null, _folder.Path, 0);
        DataSplits straight = await Read(_folder.Path);

        Assert.False(turned.IsVerified);
        Assert.Contains("transposed", turned.Origin, StringComparison.Ordinal);
        foreach (var (then, now) in new[] { (straight.Train, turned.Train), (straight.Validation, turned.Validation) })
        {
            byte[] expected = [.. Enumerable.Range(0, then.Images.Length).Select(i => then.Images[(i / 784 * 784) + (i % 28 * 28) + (i % 784 / 28)])];
            Assert.Equal(expected, now.Images.ToArray());
            Assert.Equal(then.Labels.ToArray(), now.Labels.ToArray());
        }
    }

    [Fact]
    public async Task A_known_set_that_is_transposed_is_no_longer_that_set()
    {
        DataSplits turned = await new DataSource { Datasets = [TestSet.Published(false)], TransposeImages = true }.ResolveAsync(null, _folder.Path, 0);

        Assert.Equal("custom", turned.Name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("mnist")]
    [InlineData("synthetic")]
    public async Task Only_images_of_a_folder_are_transposed(string? dataset) => Assert.Contains(
        "of a folder",
        (await Assert.ThrowsAsync<DatasetException>(() => new DataSource { TransposeImages = true }.ResolveAsync(dataset, null, 0))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_set_is_read_from_pipes(bool zipped)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Pipes in a folder are of Unix.");
        Task[] writers =
        [
            .. Enumerable.Range(0, 4).Select(i =>
            {
                string pipe = MakePipe(i);
                return Task.Factory.StartNew(() => File.WriteAllBytes(pipe, zipped ? TestSet.Zipped[i] : TestSet.Contents[i]), TaskCreationOptions.LongRunning);
            }),
        ];

        DataSplits splits = await new DataSource { Datasets = [TestSet.Published(false)] }.ResolveAsync(null, _folder.Path, 0);

        await Task.WhenAll(writers);
        Assert.True(splits.IsVerified);
        Assert.Equal(TestSet.Contents[0][16..], splits.Train.Images.ToArray());
    }

    [Fact]
    public async Task Who_waits_for_a_pipe_can_be_cancelled()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Pipes in a folder are of Unix.");
        string pipe = MakePipe(0);
        using CancellationTokenSource cancel = new();
        Task reading = new DataSource().ResolveAsync(null, _folder.Path, 0, cancellationToken: cancel.Token);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);

        // Lets the reader go.
        File.WriteAllBytes(pipe, []);
    }

    [Fact]
    public async Task A_name_that_would_command_a_terminal_is_shown_without_doing_so()
    {
        string message = (await Assert.ThrowsAsync<DatasetException>(() => Read(_folder.File("\u001b[2Jfolder")))).Message;

        Assert.DoesNotContain(message, char.IsControl);
        Assert.Contains("[2Jfolder", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_fingerprint_covers_training_and_validation_images()
    {
        Dataset train = SyntheticDigits.Draw(1, 0, 20), validation = SyntheticDigits.Draw(1, 20, 10), other = SyntheticDigits.Draw(2, 0, 20);
        string hash = new DataSplits("custom", train, validation, false, "").ImageHash();

        Assert.Equal(hash, new DataSplits("other", SyntheticDigits.Draw(1, 0, 20), SyntheticDigits.Draw(1, 20, 10), true, "elsewhere").ImageHash());
        Assert.NotEqual(hash, new DataSplits("custom", train, SyntheticDigits.Draw(2, 20, 10), false, "").ImageHash());
        Assert.NotEqual(hash, new DataSplits("custom", other, validation, false, "").ImageHash());
        Assert.NotEqual(hash, new DataSplits("custom", train, SyntheticDigits.Draw(1, 20, 9), false, "").ImageHash());
    }

    // In place of one of the four files.
    private string MakePipe(int file)
    {
        string path = _folder.File(TestSet.Names[file]);
        File.Delete(path);
        using System.Diagnostics.Process make = System.Diagnostics.Process.Start("mkfifo", [path]);
        make.WaitForExit();
        Assert.Equal(0, make.ExitCode);
        return path;
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
