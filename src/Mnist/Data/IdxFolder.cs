namespace Quern.Mnist.Data;

/// <summary>The four IDX files of a dataset in a folder of the user's.</summary>
internal static class IdxFolder
{
    /// <summary>Finds the four files, gzip-compressed or not, and in the spelling "train-images.idx3-ubyte" as well.</summary>
    /// <returns>Their paths, in the order of <see cref="KnownDataset.FileNames"/>.</returns>
    /// <exception cref="DatasetException">The folder or some of the files are missing.</exception>
    public static string[] FindFiles(string directory)
    {
        if (!Directory.Exists(directory))
        {
            string found = File.Exists(directory) ? "is a file" : "does not exist";
            throw new DatasetException($"The data folder '{directory}' {found}. Give the folder that holds the dataset's four IDX files.");
        }

        string?[] paths = [.. KnownDataset.FileNames.Select(name => FindFile(directory, name))];
        string[] missing = [.. KnownDataset.FileNames.Where((_, i) => paths[i] is null)];
        if (missing.Length > 0)
        {
            throw new DatasetException(
                $"The data folder '{directory}' lacks {string.Join(", ", missing)} (with or without .gz). " +
                "Put all four IDX files of the dataset there.");
        }

        return paths!;
    }

    /// <summary>Makes the two splits, after checking that the four files belong together and that images are 28x28.</summary>
    /// <param name="arrays">The files' contents, in the order of <see cref="KnownDataset.FileNames"/>.</param>
    /// <param name="names">What error messages call them.</param>
    /// <exception cref="DataFormatException">They do not.</exception>
    public static (Dataset Train, Dataset Validation) ToDatasets(IdxArray[] arrays, string[] names)
    {
        int classes = 1 + Math.Max(CheckPair(arrays[0], names[0], arrays[1], names[1]), CheckPair(arrays[2], names[2], arrays[3], names[3]));
        return (ToDataset(arrays[0], arrays[1], classes), ToDataset(arrays[2], arrays[3], classes));
    }

    private static string? FindFile(string directory, string name)
    {
        string dotted = name.Replace("-idx", ".idx", StringComparison.Ordinal);
        return new[] { name, name + ".gz", dotted, dotted + ".gz" }.Select(n => Path.Combine(directory, n)).FirstOrDefault(File.Exists);
    }

    private static Dataset ToDataset(IdxArray images, IdxArray labels, int classes) =>
        new(images.Bytes, labels.Bytes, images.Dimensions[1], images.Dimensions[2], classes);

    // Returns the highest label.
    private static int CheckPair(IdxArray images, string imagesName, IdxArray labels, string labelsName)
    {
        if (images.Dimensions.Length != 3)
        {
            throw new DataFormatException(
                $"'{imagesName}' has the dimensions {images.DescribeDimensions()}; a file of images has three: count, rows, columns. " +
                "Check that the files have their right names.");
        }

        if (images.Dimensions[1] != SyntheticDigits.Size || images.Dimensions[2] != SyntheticDigits.Size)
        {
            throw new DataFormatException(
                $"'{imagesName}' holds images of {images.Dimensions[1]}x{images.Dimensions[2]}; the autoencoder takes 28x28. " +
                "Scale the images, or give another set.");
        }

        if (labels.Dimensions.Length != 1)
        {
            throw new DataFormatException(
                $"'{labelsName}' has the dimensions {labels.DescribeDimensions()}; a file of labels has one: count. " +
                "Check that the files have their right names.");
        }

        if (images.Dimensions[0] != labels.Dimensions[0])
        {
            throw new DataFormatException(
                $"'{imagesName}' holds {images.Dimensions[0]:N0} images, but '{labelsName}' holds {labels.Dimensions[0]:N0} labels; " +
                "there must be one label for each image. Take both files from the same set.");
        }

        if (images.Dimensions[0] == 0)
        {
            throw new DataFormatException($"'{imagesName}' holds no images; at least one is needed. Fetch the file again.");
        }

        return labels.Bytes.Max();
    }
}
