using Quern.Benchmarks.Compare.Measuring;
using Quern.Tensors;

namespace Quern.Benchmarks.Compare.Sections;

/// <summary>What an image costs, over the number of images and over the batch size.</summary>
internal static class ScalingSection
{
    private static readonly int[] ImageCounts = [1_000, 2_000, 5_000, 10_000, 20_000, 60_000];
    private static readonly int[] BatchSizes = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096];

    // Enough for a few steps of the largest batch.
    private const int ImagesPerBatchSize = 4 * 4096;

    public static void Run(Comparison comparison)
    {
        using var device = new CpuDevice(comparison.Options.Threads);
        int available = comparison.Data.Train.Count;
        Measure(comparison, device, "Cost by number of images, batch 128", "images",
            [.. ImageCounts.Where(count => count <= available).Select(count => (count, count, 128))], groupsLeft: 2);
        int images = Math.Min(available, ImagesPerBatchSize);
        Measure(comparison, device, FormattableString.Invariant($"Cost by batch size, {images:N0} images"), "batch",
            [.. BatchSizes.Select(batch => (batch, images, batch))], groupsLeft: 1);
    }

    private static void Measure(
        Comparison comparison, CpuDevice device, string title, string column, (int Label, int Images, int Batch)[] cases, int groupsLeft)
    {
        Contestant[] contestants = [.. cases.Select(c => new TrainingContestant(comparison.Data, device, c.Batch, c.Images).Contestant)];
        Interleaved.Run(contestants, comparison.Options.Repeats, comparison.ShareOf(groupsLeft));
        var table = new MarkdownTable(comparison, $"{title}, {device.ThreadCount} threads", column, "µs per image", "against the last row");
        int last = cases.Length - 1;
        for (int i = 0; i < cases.Length; i++)
        {
            table.Row(
                $"{cases[i].Label}",
                MarkdownTable.Number(contestants[i].Seconds.Median / cases[i].Images * 1e6),
                $"{contestants[last].RateAgainst(cases[last].Images, contestants[i], cases[i].Images)}");
        }
    }
}
