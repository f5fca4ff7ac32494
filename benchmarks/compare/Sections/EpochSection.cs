using Quern.Benchmarks.Compare.Measuring;
using Quern.Benchmarks.Compare.Peers;
using Quern.Mnist.Models;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Benchmarks.Compare.Sections;

/// <summary>An epoch of training, against PyTorch and against the peak.</summary>
internal static class EpochSection
{
    private static readonly TimeSpan PeakTurn = TimeSpan.FromMilliseconds(200);

    // Of each pass of the convolutional autoencoder: multiplications of conv1, conv2, both linear layers, and both transposed convolutions.
    private const double ConvMultiplications = (14 * 14 * 16 * 9) + (7 * 7 * 32 * 16 * 9) + (2 * 32 * 1568) + (7 * 7 * 32 * 16 * 16) + (14 * 14 * 16 * 16);

    // What the first layer's input gradient, which nobody computes, would have taken.
    private const double ConvLeftOut = 14 * 14 * 16 * 9;

    // Enough for a steady rate, of a network that takes several times as long.
    private const int ConvImages = 12_800;

    /// <summary>The plain autoencoder, on all images.</summary>
    public static void Run(Comparison comparison) =>
        Run(comparison, ModelKind.Mlp, comparison.Data.Train.Count, Product.TrainingStep(1).Sum(product => product.Flops));

    /// <summary>The convolutional autoencoder, on the first images.</summary>
    public static void RunConvolutions(Comparison comparison) =>
        Run(comparison, ModelKind.Conv, Math.Min(ConvImages, comparison.Data.Train.Count), 2 * ((3 * ConvMultiplications) - ConvLeftOut));

    private static void Run(Comparison comparison, ModelKind model, int images, double flopsPerImage)
    {
        int batch = comparison.Options.BatchSize;
        string imageFile = Path.GetTempFileName();
        List<PyTorch> pyTorch = [];
        List<CpuDevice> devices = [.. comparison.ThreadCounts.Select(threads => new CpuDevice(threads))];
        try
        {
            File.WriteAllBytes(imageFile, comparison.Data.Train.Images[..(images * ImageAutoencoder.Pixels)]);
            string reason = "";
            foreach (int threads in comparison.ThreadCounts)
            {
                if (PyTorch.Start(comparison.Options.Python, imageFile, model, batch, threads, out reason) is { } peer)
                {
                    pyTorch.Add(peer);
                }
            }

            if (pyTorch.Count == 0)
            {
                comparison.Say($"\nPyTorch is left out: {reason}.");
            }

            Measure(comparison, model == ModelKind.Conv ? "An epoch of convolutions" : "An epoch", images, flopsPerImage * images, [.. devices.Select(device => new TrainingContestant(comparison.Data, device, batch, images, model))], pyTorch);
        }
        finally
        {
            pyTorch.ForEach(peer => peer.Dispose());
            devices.ForEach(device => device.Dispose());
            File.Delete(imageFile);
        }
    }

    private static void Measure(Comparison comparison, string title, int images, double flops, List<TrainingContestant> training, List<PyTorch> pyTorch)
    {
        List<Contestant> quern = [.. training.Select(contestant => contestant.Contestant)];
        List<Contestant> peers = [.. pyTorch.Select(peer => peer.Contestant())];
        List<Contestant> peaks = [.. quern.Select(contestant => PeakFma.Contestant(comparison.Pool(contestant.Threads), PeakTurn))];
        Interleaved.Run([.. quern, .. peaks, .. peers], comparison.Options.Repeats, comparison.ShareOf(1));

        var table = new MarkdownTable(
            comparison, FormattableString.Invariant($"{title}: {images:N0} images ({comparison.Data.Name}), batch {comparison.Options.BatchSize}, {flops * 1e-9:0.0} GFLOP"),
            "who", "threads", "seconds", "share of peak", "Quern with all threads is faster by");
        for (int i = 0; i < quern.Count; i++)
        {
            Row(quern[i], MarkdownTable.Percent(quern[i].RateAgainst(flops, peaks[i], PeakFma.Flops(peaks[i].Threads)).Median));
        }

        for (int i = 0; i < peers.Count; i++)
        {
            Row(peers[i], "", $"{peers[i].Name} {pyTorch[i].Version}");
        }

        TrainingTimes times = training[^1].Times;
        double total = times.Data + times.MatMul + times.ElementWise + times.Optimizer;
        comparison.Say(
            $"\nOf Quern's time with {quern[^1].Threads} threads: products {MarkdownTable.Percent(times.MatMul / total)}, other passes {MarkdownTable.Percent(times.ElementWise / total)}, "
            + $"optimizer {MarkdownTable.Percent(times.Optimizer / total)}, data {MarkdownTable.Percent(times.Data / total)}.");
        string losses = string.Join(", ", pyTorch.Select(peer => FormattableString.Invariant($"PyTorch {peer.Loss:0.00000}")));
        comparison.Say(FormattableString.Invariant($"Loss at the end, after about as many epochs: Quern {training[^1].Loss:0.00000}{(losses.Length > 0 ? ", " : "")}{losses}."));

        void Row(Contestant contestant, string share, string? name = null) => table.Row(
            name ?? contestant.Name, $"{contestant.Threads}", $"{contestant.Seconds}", share,
            contestant == quern[^1] ? "" : $"{quern[^1].SpeedAgainst(contestant)}");
    }
}
