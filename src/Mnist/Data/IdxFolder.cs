namespace Quern.Mnist.Data;

/// <summary>The four IDX files of a dataset in a folder of the user's.</summary>
internal static class IdxFolder
{
    private const int Size = SyntheticDigits.Size;

    /// <summary>Whether a folder holds any of the four files, so that it is not one of pictures.</summary>
    public static bool HoldsAny(string directory) => KnownDataset.FileNames.Any(name => FindFile(directory, name) is not null);

    /// <summary>Finds the four files, gzip-compressed or not, and in the spelling "train-images.idx3-ubyte" as well.</summary>
    /// <returns>Their paths, in the order of <see cref="KnownDataset.FileNames"/>.</returns>
    /// <exception cref="DatasetException">The folder or some of the files are missing.</exception>
    public static string[] FindFiles(string directory)
    {
        if (!Directory.Exists(directory))
        {
            string found = File.Exists(directory) ? "is a file" : "does not exist";
            throw new DatasetException($"The data folder '{directory}' {found}. Give the folder that holds the dataset's four IDX files, or pictures.");
        }

        string?[] paths = [.. KnownDataset.FileNames.Select(name => FindFile(directory, name))];
        string[] missing = [.. KnownDataset.FileNames.Where((_, i) => paths[i] is null)];
        if (missing.Length > 0)
        {
            throw new DatasetException(
                $"The data folder '{directory}' lacks {string.Join(", ", missing)} (with or without .gz). " +
                "Put all four IDX files of the dataset there, or give a folder of pictures: PNG, JPEG, BMP or GIF, in a folder for each label or all together.");
        }

        return paths!;
    }

    /// <summary>Reads the four files, once their headers say that they belong together.</summary>
    /// <param name="paths">The files, in the order of <see cref="KnownDataset.FileNames"/>.</param>
    /// <exception cref="DataFormatException">A file is broken, or they do not belong together.</exception>
    /// <exception cref="DatasetException">A file cannot be read.</exception>
    public static async Task<IdxArray[]> ReadAsync(string[] paths)
    {
        var files = new IdxFile?[paths.Length];
        try
        {
            await ForEach(i => files[i] = IdxFile.Open(paths[i], IdxReader.DefaultMaxBytes)).ConfigureAwait(false);
            CheckPair(files[0]!.Dimensions, paths[0], files[1]!.Dimensions, paths[1]);
            CheckPair(files[2]!.Dimensions, paths[2], files[3]!.Dimensions, paths[3]);
            var arrays = new IdxArray[paths.Length];
            await ForEach(i => arrays[i] = files[i]!.ReadElements()).ConfigureAwait(false);
            return arrays;
        }
        finally
        {
            Array.ForEach(files, file => file?.Dispose());
        }

        // A pipe may keep its reader waiting, so each file has a thread of its own.
        Task ForEach(Action<int> act) => Task.WhenAll(Enumerable.Range(0, paths.Length).Select(i => Task.Factory.StartNew(
            () =>
            {
                try
                {
                    act(i);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    throw IdxReader.Unreadable(paths[i], e);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
    }

    /// <summary>Makes the two splits, after checking that the four files belong together and that images are 28x28.</summary>
    /// <param name="arrays">The files' contents, in the order of <see cref="KnownDataset.FileNames"/>.</param>
    /// <param name="names">What error messages call them.</param>
    /// <param name="transpose">Whether the images lie on their side: rows and columns are exchanged.</param>
    /// <exception cref="DataFormatException">They do not.</exception>
    public static (Dataset Train, Dataset Validation) ToDatasets(IdxArray[] arrays, string[] names, bool transpose = false)
    {
        CheckPair(arrays[0].Dimensions, names[0], arrays[1].Dimensions, names[1]);
        CheckPair(arrays[2].Dimensions, names[2], arrays[3].Dimensions, names[3]);
        int classes = 1 + Math.Max(arrays[1].Bytes.Max(), arrays[3].Bytes.Max());
        return (ToDataset(arrays[0], arrays[1], classes, transpose), ToDataset(arrays[2], arrays[3], classes, transpose));
    }

    private static string? FindFile(string directory, string name)
    {
        string dotted = name.Replace("-idx", ".idx", StringComparison.Ordinal);
        return new[] { name, name + ".gz", dotted, dotted + ".gz" }.Select(n => Path.Combine(directory, n)).FirstOrDefault(File.Exists);
    }

    private static Dataset ToDataset(IdxArray images, IdxArray labels, int classes, bool transpose)
    {
        if (transpose)
        {
            for (int start = 0; start < images.Bytes.Length; start += Size * Size)
            {
                Transpose(images.Bytes.AsSpan(start, Size * Size));
            }
        }

        return new(images.Bytes, labels.Bytes, Size, Size, classes);
    }

    private static void Transpose(Span<byte> image)
    {
        for (int row = 0; row < Size; row++)
        {
            for (int column = 0; column < row; column++)
            {
                (image[(row * Size) + column], image[(column * Size) + row]) = (image[(column * Size) + row], image[(row * Size) + column]);
            }
        }
    }

    private static void CheckPair(ReadOnlySpan<int> images, string imagesName, ReadOnlySpan<int> labels, string labelsName)
    {
        // A single channel of colour may be named, before or behind rows and columns.
        ReadOnlySpan<int> size = images switch
        {
            [_, var rows, var columns] => [rows, columns],
            [_, 1, var rows, var columns] => [rows, columns],
            [_, var rows, var columns, 1] => [rows, columns],
            _ => throw new DataFormatException(
                $"'{imagesName}' has the dimensions {Describe(images)}; a file of images has three: count, rows, columns. " +
                "Check that the files have their right names."),
        };
        if (size is not [Size, Size])
        {
            throw new DataFormatException(
                $"'{imagesName}' holds images of {Describe(size)}; the autoencoder takes 28x28. Scale the images, or give another set.");
        }

        if (labels.Length != 1)
        {
            throw new DataFormatException(
                $"'{labelsName}' has the dimensions {Describe(labels)}; a file of labels has one: count. " +
                "Check that the files have their right names.");
        }

        if (images[0] != labels[0])
        {
            throw new DataFormatException(
                $"'{imagesName}' holds {images[0]:N0} images, but '{labelsName}' holds {labels[0]:N0} labels; " +
                "there must be one label for each image. Take both files from the same set.");
        }

        if (images[0] == 0)
        {
            throw new DataFormatException($"'{imagesName}' holds no images; at least one is needed. Fetch the file again.");
        }
    }

    private static string Describe(ReadOnlySpan<int> dimensions) => string.Join('x', dimensions.ToArray());
}
