using Quern.Mnist.Data;

namespace Quern.MnistAutoencoder;

/// <summary>Which images, as the user or a run says; see <see cref="DataSource"/>.</summary>
internal sealed record ImageChoice(string? Dataset, string? Data, bool TransposeImages = false, Ink Ink = Ink.Auto)
{
    /// <summary>The images that a run was trained on, by what it says of them; null where it does not say enough.</summary>
    /// <param name="dataset">The name of the data set in the run's history or notes.</param>
    /// <param name="folder">The folder that the images were read from, if the run says so.</param>
    /// <param name="transposeImages">Whether they were transposed.</param>
    /// <param name="ink">What was taken for their ink.</param>
    public static ImageChoice? OfRun(string? dataset, string? folder, bool transposeImages, Ink ink)
    {
        string? name = dataset?.Replace(" (unverified)", "");
        bool isKnown = KnownDataset.All.Any(known => known.Name == name);
        return folder is not null ? new(isKnown ? name : null, folder, transposeImages, ink)
            : isKnown || name == DataSource.Synthetic ? new(name, null)
            : null;
    }

    /// <summary>Reads, downloads or draws them.</summary>
    public DataSplits Load(ulong seed, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new DataSource { TransposeImages = TransposeImages, Ink = Ink }.ResolveAsync(Dataset, Data, seed, progress, cancellationToken).GetAwaiter().GetResult();
}
