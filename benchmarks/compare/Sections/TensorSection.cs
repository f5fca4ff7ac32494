using Quern.Benchmarks.Compare.Measuring;
using Quern.Benchmarks.Compare.Peers;
using Quern.Tensors;

namespace Quern.Benchmarks.Compare.Sections;

/// <summary>Everyday operations on tensors, with one thread and with all, against PyTorch, TorchSharp and System.Numerics.Tensors.</summary>
internal static class TensorSection
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(30);

    public static void Run(Comparison comparison)
    {
        int rowsLeft = TensorRow.All.Count * comparison.ThreadCounts.Length;
        foreach (int threads in comparison.ThreadCounts)
        {
            using var device = new CpuDevice(threads);
            List<TensorPeer> peers = [];
            try
            {
                Add(TensorPeer.PyTorch(comparison.Options.Python, threads, out string reason), "PyTorch", reason);
                Add(TensorPeer.TorchSharp(comparison.Options.TorchSharp, threads, out reason), "TorchSharp", reason);
                var table = new MarkdownTable(
                    comparison, $"Operations on tensors, {threads} {(threads == 1 ? "thread" : "threads")}",
                    ["operation", "Quern µs", .. peers.SelectMany(peer => (string[])[$"{peer.Name} µs", "Quern is faster by"]), "System.Numerics.Tensors µs (one thread)", "Quern is faster by"]);
                foreach (TensorRow row in TensorRow.All)
                {
                    Measure(comparison, table, row, device, peers, comparison.ShareOf(rowsLeft--));
                }
            }
            finally
            {
                peers.ForEach(peer => peer.Dispose());
            }

            void Add(TensorPeer? peer, string name, string reason)
            {
                if (peer is not null)
                {
                    peers.Add(peer);
                }
                else
                {
                    comparison.Say($"\n{name} is left out: {reason}.");
                }
            }
        }
    }

    private static void Measure(
        Comparison comparison, MarkdownTable table, TensorRow row, CpuDevice device, List<TensorPeer> peers, TimeSpan limit)
    {
        Func<Tensor> call = row.Quern(device);
        double checksum = row.IsRandom ? double.NaN : TensorNumbers.Checksum(call().ToArray());
        var quern = Contestant.Repeating("Quern", device.ThreadCount, () => call(), Turn);
        List<Contestant> others = [.. peers.Select(peer => peer.Contestant(row.Name, Turn, checksum))];
        Contestant? numerics = row.Numerics is null ? null : Contestant.Repeating("System.Numerics.Tensors", 1, row.Numerics(), Turn);
        Interleaved.Run([quern, .. others, .. numerics is null ? [] : (Contestant[])[numerics]], comparison.Options.Repeats, limit);
        table.Row([row.Title, Microseconds(quern), .. others.SelectMany(Cells), .. numerics is null ? ["", ""] : Cells(numerics)]);

        string[] Cells(Contestant other) => [Microseconds(other), $"{quern.SpeedAgainst(other)}"];
    }

    private static string Microseconds(Contestant contestant) => MarkdownTable.Number(contestant.Seconds.Median * 1e6);
}
