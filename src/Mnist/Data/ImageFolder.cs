namespace Quern.Mnist.Data;

/// <summary>A folder of pictures as a data set: a folder in it for each label, or all pictures together.</summary>
internal static class ImageFolder
{
    // One of so many pictures is for validation, about as in MNIST.
    private const int ValidationShare = 6;

    private const int MostLabels = 256;

    private static readonly EnumerationOptions Listing = new() { IgnoreInaccessible = false, AttributesToSkip = FileAttributes.Hidden };

    /// <summary>Finds the pictures of a folder.</summary>
    /// <returns>The names of the labels, in order; and the pictures by label, then by name.</returns>
    /// <exception cref="DatasetException">There are too few pictures, too many labels, or pictures beside folders of pictures.</exception>
    public static (string[] Labels, (string Path, byte Label)[] Pictures) Find(string directory)
    {
        try
        {
            return FindIn(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw IdxReader.Unreadable(directory, e);
        }
    }

    private static (string[] Labels, (string Path, byte Label)[] Pictures) FindIn(string directory)
    {
        string[] together = Pictures(directory);
        (string Name, string[] Paths)[] folders =
        [
            .. Directory.GetDirectories(directory, "*", Listing)
                .Select(folder => (Name: Path.GetFileName(folder), Paths: Pictures(folder)))
                .Where(folder => folder.Paths.Length > 0)
                .OrderBy(folder => int.TryParse(folder.Name, out int number) ? number : int.MaxValue)
                .ThenBy(folder => folder.Name, StringComparer.Ordinal),
        ];
        if (together.Length > 0 && folders.Length > 0)
        {
            throw new DatasetException(
                $"The data folder '{directory}' holds pictures beside folders of pictures ('{folders[0].Name}'). Put each into the folder of its label, or all together.");
        }

        if (folders.Length > MostLabels)
        {
            throw new DatasetException($"The data folder '{directory}' holds {folders.Length:N0} folders of pictures; at most {MostLabels} labels are possible.");
        }

        (string Path, byte Label)[] pictures = folders.Length == 0
            ? [.. together.Select(path => (path, (byte)0))]
            : [.. folders.SelectMany((folder, label) => folder.Paths.Select(path => (path, (byte)label)))];
        return pictures.Length != 1
            ? ([.. folders.Select(folder => folder.Name)], pictures)
            : throw new DatasetException($"The data folder '{directory}' holds one picture; at least two are needed, to train on and to validate on.");
    }

    /// <summary>Reads the pictures: every sixth is for validation, and the last of fewer.</summary>
    /// <exception cref="DataFormatException">A picture cannot be used; of several the first is named, and how many more there are.</exception>
    /// <exception cref="DatasetException">A picture cannot be opened.</exception>
    public static (Dataset Train, Dataset Validation) Read((string Path, byte Label)[] pictures, int labels, Ink ink, CancellationToken cancellationToken)
    {
        const int Pixels = SyntheticDigits.Size * SyntheticDigits.Size;
        byte[]?[] images = new byte[]?[pictures.Length];
        DatasetException?[] problems = new DatasetException?[pictures.Length];

        // Few at a time, since a large picture takes memory while it is read.
        ParallelOptions few = new() { MaxDegreeOfParallelism = Math.Min(4, Environment.ProcessorCount), CancellationToken = cancellationToken };
        Parallel.For(0, pictures.Length, few, i =>
        {
            try
            {
                images[i] = ImageReader.Read(pictures[i].Path, ink);
            }
            catch (DatasetException e)
            {
                problems[i] = e;
            }
        });
        DatasetException[] found = [.. problems.OfType<DatasetException>()];
        if (found.Length > 0)
        {
            throw found.Length == 1 ? found[0] : new DataFormatException($"{found[0].Message} ({found.Length - 1:N0} more of the {pictures.Length:N0} pictures cannot be used.)", found[0]);
        }

        int[] validation = pictures.Length < ValidationShare
            ? [pictures.Length - 1]
            : [.. Enumerable.Range(0, pictures.Length).Where(i => i % ValidationShare == ValidationShare - 1)];
        return (Take([.. Enumerable.Range(0, pictures.Length).Except(validation)]), Take(validation));

        Dataset Take(int[] which)
        {
            byte[] all = new byte[which.Length * Pixels];
            for (int i = 0; i < which.Length; i++)
            {
                images[which[i]]!.CopyTo(all, i * Pixels);
            }

            return new(all, [.. which.Select(i => pictures[i].Label)], SyntheticDigits.Size, SyntheticDigits.Size, Math.Max(1, labels));
        }
    }

    private static string[] Pictures(string folder) =>
    [
        .. Directory.GetFiles(folder, "*", Listing)
            .Where(path => ImageReader.Endings.Contains(Path.GetExtension(path).ToLowerInvariant()))
            .Order(StringComparer.Ordinal),
    ];
}
