using Quern.Mnist.Data;

namespace Quern.MnistAutoencoder;

/// <summary>The images that a run was trained on, by what it says of them.</summary>
internal static class KnownImages
{
    /// <summary>What to ask a <see cref="DataSource"/> for; null where it cannot be told.</summary>
    /// <param name="dataset">The name of the data set in the run's history or notes.</param>
    /// <param name="folder">The folder that the images were read from, if the run says so.</param>
    public static (string? Dataset, string? Data)? Of(string? dataset, string? folder)
    {
        string? name = dataset?.Replace(" (unverified)", "");
        bool isKnown = KnownDataset.All.Any(known => known.Name == name);
        return folder is not null ? (isKnown ? name : null, folder)
            : isKnown || name == DataSource.Synthetic ? (name, null)
            : null;
    }
}
