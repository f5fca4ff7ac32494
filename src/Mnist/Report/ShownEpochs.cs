using Quern.Mnist.Training;

namespace Quern.Mnist.Report;

/// <summary>Which epochs of a run a page shows, so that its size does not grow with the run.</summary>
internal static class ShownEpochs
{
    /// <summary>The most that are shown, but for a few more.</summary>
    public const int Most = 200;

    /// <summary>All of them, or evenly many with the first, the best and the last among them.</summary>
    public static IReadOnlyList<EpochResult> Of(IReadOnlyList<EpochResult> epochs)
    {
        if (epochs.Count <= Most)
        {
            return epochs;
        }

        int every = (epochs.Count + Most - 1) / Most;
        var best = epochs.MinBy(epoch => epoch.ValidationLoss);
        return [.. epochs.Where((epoch, i) => i % every == 0 || epoch == best || i == epochs.Count - 1)];
    }
}
