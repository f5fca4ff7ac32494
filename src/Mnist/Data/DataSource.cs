using Quern.Kernels;

namespace Quern.Mnist.Data;

/// <summary>
/// Finds the data to train on: a folder of the user's, else the cache, else the network; and where none of them gives
/// anything and the user named no dataset, digits that it draws.
/// </summary>
public sealed class DataSource
{
    /// <summary>The name that asks for <see cref="SyntheticDigits"/>.</summary>
    public const string Synthetic = "synthetic";

    /// <summary>Where downloads are kept. The default is <see cref="DatasetCache.DefaultDirectory"/>.</summary>
    public string CacheDirectory { get; init; } = DatasetCache.DefaultDirectory;

    /// <summary>The datasets that can be named; the first is the one to try when none is named.</summary>
    public IReadOnlyList<KnownDataset> Datasets { get; init; } = KnownDataset.All;

    /// <summary>How long a mirror may take to connect.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long a connected mirror may send next to nothing.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many synthetic digits to draw for training.</summary>
    public int SyntheticTrainCount { get; init; } = 60_000;

    /// <summary>How many synthetic digits to draw for validation.</summary>
    public int SyntheticValidationCount { get; init; } = 10_000;

    /// <summary>
    /// Whether the images of a folder's IDX files are transposed as they are read. EMNIST's are stored with rows and columns exchanged.
    /// </summary>
    public bool TransposeImages { get; init; }

    /// <summary>Whether the ink of a folder's pictures is dark or light; found for each of them unless it is given.</summary>
    public Ink Ink { get; init; }

    /// <summary>Finds the data.</summary>
    /// <param name="dataset">mnist, fashion-mnist or synthetic; null leaves the choice: MNIST where it is available, else synthetic digits.</param>
    /// <param name="directory">A folder with four IDX files of 28x28 images, or with pictures as <see cref="ImageReader"/> reads them; or null.</param>
    /// <param name="seed">The seed of synthetic digits.</param>
    /// <param name="progress">Told about downloads.</param>
    /// <param name="cancellationToken">Ends a download, or the wait for a pipe.</param>
    /// <exception cref="DataFormatException">A file of <paramref name="directory"/> is broken, or the four do not belong together.</exception>
    /// <exception cref="DatasetException">The name is unknown, files are missing, or a dataset asked for by name is not available.</exception>
    public async Task<DataSplits> ResolveAsync(
        string? dataset,
        string? directory,
        ulong seed,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        KnownDataset? known = Datasets.FirstOrDefault(d => d.Name == dataset);
        if (known is null && dataset is not (null or Synthetic))
        {
            throw new DatasetException(
                $"There is no dataset '{dataset}'. Name one of {string.Join(", ", Datasets.Select(d => d.Name))}, {Synthetic}.");
        }

        if (directory is not null)
        {
            return dataset == Synthetic
                ? throw new DatasetException($"Synthetic digits are drawn, not read: they need no data folder ('{directory}'). Give one or the other.")
                : await ReadDirectoryAsync(directory, known, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        if (Ink != Ink.Auto)
        {
            throw new DatasetException("Only of a folder of pictures can be said whether their ink is dark or light. Give the folder, or leave it open.");
        }

        if (TransposeImages)
        {
            throw new DatasetException("Only images of a folder are transposed, as those of EMNIST have to be. Give the folder, or do not transpose.");
        }

        if (dataset == Synthetic)
        {
            return DrawDigits(seed, $"Synthetic digits, drawn from seed {seed}.");
        }

        if (known is not null)
        {
            try
            {
                return await FetchAsync(known, progress, cancellationToken).ConfigureAwait(false);
            }
            catch (DatasetException e)
            {
                throw new DatasetException($"{e.Message} {HowToGet(known)} Or use --dataset {Synthetic}.", e);
            }
        }

        known = Datasets[0];
        try
        {
            return await FetchAsync(known, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (DatasetException e)
        {
            return DrawDigits(
                seed, $"Synthetic digits, drawn from seed {seed}, because {known.Title} could not be had. {e.Message} {HowToGet(known)}");
        }
    }

    private static string HowToGet(KnownDataset known) =>
        $"To get {known.Title}, run again with a network connection, or fetch {string.Join(", ", known.Files.Select(f => f.Name + ".gz"))} " +
        $"from {known.Mirrors[^1]} on another machine and give their folder with --data DIR.";

    private async Task<DataSplits> ReadDirectoryAsync(string directory, KnownDataset? expected, CancellationToken cancellationToken)
    {
        if (Directory.Exists(directory) && !IdxFolder.HoldsAny(directory)
            && await Task.Run(() => ReadPictures(directory, expected, cancellationToken), cancellationToken).ConfigureAwait(false) is { } splits)
        {
            return splits;
        }

        if (Ink != Ink.Auto)
        {
            throw new DatasetException($"The data folder '{directory}' holds no pictures, and only of those can be said whether their ink is dark or light. Leave it open.");
        }

        string[] paths = IdxFolder.FindFiles(directory);
        IdxArray[] arrays = await IdxFolder.ReadAsync(paths).ConfigureAwait(false);

        // Labels first (from the end): they are small, so a foreign set is told apart at once.
        IEnumerable<KnownDataset> candidates = expected is null ? Datasets : [expected];
        KnownDataset? known = candidates.FirstOrDefault(d => Enumerable.Range(1, 4).All(i => d.Files[^i].Matches(paths[^i], arrays[^i])));
        (Dataset train, Dataset validation) = IdxFolder.ToDatasets(arrays, paths, TransposeImages);
        if (TransposeImages)
        {
            return new DataSplits(
                expected?.Name ?? "custom",
                train,
                validation,
                false,
                $"{train.Count:N0} training and {validation.Count:N0} validation images from '{directory}', transposed.")
            {
                Directory = Path.GetFullPath(directory),
                TransposeImages = true,
            };
        }

        return known is not null
            ? new DataSplits(known.Name, train, validation, true, $"{known.Title} from '{directory}'; its checksums are right.") { Directory = Path.GetFullPath(directory) }
            : new DataSplits(
                expected?.Name ?? "custom",
                train,
                validation,
                false,
                $"{train.Count:N0} training and {validation.Count:N0} validation images from '{directory}'. They are unverified: " +
                $"their checksums are not those of {string.Join(" or ", candidates.Select(d => d.Title))}.")
            {
                Directory = Path.GetFullPath(directory),
            };
    }

    // Null where there are none.
    private DataSplits? ReadPictures(string directory, KnownDataset? expected, CancellationToken cancellationToken)
    {
        (string[] labels, (string Path, byte Label)[] pictures) = ImageFolder.Find(directory);
        if (pictures.Length == 0)
        {
            return null;
        }

        if (TransposeImages)
        {
            throw new DatasetException($"The data folder '{directory}' holds pictures, which are not transposed; only IDX files are. Turn the pictures, or do not transpose.");
        }

        const int MostNamed = 20;
        (Dataset train, Dataset validation) = ImageFolder.Read(pictures, labels.Length, Ink, cancellationToken);
        string names = string.Join(", ", labels.Take(MostNamed).Select((name, label) => $"{label} is {name}")) + (labels.Length > MostNamed ? ", ..." : "");
        return new DataSplits(
            expected?.Name ?? "custom",
            train,
            validation,
            false,
            $"{train.Count:N0} training and {validation.Count:N0} validation images from the pictures in '{directory}'." + (names.Length > 0 ? $" Labels: {names}." : ""))
        {
            Directory = Path.GetFullPath(directory),
            Ink = Ink,
        };
    }

    private DataSplits DrawDigits(ulong seed, string origin) => new(
        Synthetic,
        SyntheticDigits.Draw(seed, 0, SyntheticTrainCount),
        SyntheticDigits.Draw(seed, SyntheticTrainCount, SyntheticValidationCount),
        true,
        origin);

    private async Task<DataSplits> FetchAsync(KnownDataset known, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        string directory = Path.Combine(CacheDirectory, known.Name);
        string[] paths = [.. known.Files.Select(f => Path.Combine(directory, f.Name + ".gz"))];
        try
        {
            IdxArray?[] arrays = await ReadCacheAsync(known, paths).ConfigureAwait(false);
            bool wasCached = !arrays.Contains(null);
            if (!wasCached)
            {
                UserCache.Make(directory);
                using IDisposable hold = await DatasetCache.LockAsync(
                    directory,
                    () => progress?.Report(new DownloadProgress(known.Title, null, 0, null)),
                    cancellationToken).ConfigureAwait(false);

                // Another process may have fetched some of them meanwhile.
                arrays = await ReadCacheAsync(known, paths).ConfigureAwait(false);
                using FileDownloader downloader = new(ConnectTimeout, StallTimeout);
                for (int i = 0; i < arrays.Length; i++)
                {
                    arrays[i] ??= await downloader
                        .DownloadAsync(known.Files[i], known.Mirrors, paths[i], progress, cancellationToken).ConfigureAwait(false);
                }
            }

            (Dataset train, Dataset validation) = IdxFolder.ToDatasets(arrays!, paths);
            string verb = wasCached ? "from the cache" : "downloaded to";
            return new DataSplits(known.Name, train, validation, true, $"{known.Title}, {verb} '{directory}'; its checksums are right.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"The cache folder '{directory}' cannot be used: {e.Message} Set XDG_CACHE_HOME to a folder that can be written.", e);
        }
    }

    // A file that is missing or fails its checksum is null: it is fetched (again).
    private static Task<IdxArray?[]> ReadCacheAsync(KnownDataset known, string[] paths) =>
        Task.WhenAll(known.Files.Zip(paths, (file, path) => Task.Run(() => ReadCached(file, path))));

    private static IdxArray? ReadCached(KnownFile file, string path)
    {
        try
        {
            return File.Exists(path) ? file.ReadVerified(path, path) : null;
        }
        catch (DataFormatException)
        {
            return null;
        }
    }
}
