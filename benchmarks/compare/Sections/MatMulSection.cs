using Quern.Benchmarks.Compare.Measuring;
using Quern.Benchmarks.Compare.Peers;

namespace Quern.Benchmarks.Compare.Sections;

/// <summary>Square products, with one thread and with all, against OpenBLAS and the peak.</summary>
internal static class MatMulSection
{
    private static readonly int[] Sizes = [512, 1024, 2048];
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);

    public static void Run(Comparison comparison)
    {
        var table = new MarkdownTable(
            comparison, "Square products", "product", "threads", "Quern GFLOP/s", "share of peak", "OpenBLAS GFLOP/s", "its threads", "Quern / OpenBLAS");
        for (int i = 0; i < Sizes.Length; i++)
        {
            Measure(comparison, table, Product.Square(Sizes[i]), comparison.ShareOf(Sizes.Length - i));
        }
    }

    private static void Measure(Comparison comparison, MarkdownTable table, Product product, TimeSpan limit)
    {
        using var operands = new Operands(product);
        List<Contestant> quern = [], openBlas = [], peak = [], all = [];
        foreach (int threads in comparison.ThreadCounts)
        {
            var pool = comparison.Pool(threads);
            quern.Add(Contestant.Repeating("Quern", threads, () => operands.Multiply(pool), Turn));
            peak.Add(PeakFma.Contestant(pool, Turn));
            all.AddRange([quern[^1], peak[^1]]);
            if (OpenBlas.IsAvailable)
            {
                openBlas.Add(OpenBlas.Contestant(product, operands, threads, Turn));
                all.Add(openBlas[^1]);
            }
        }

        Interleaved.Run(all, comparison.Options.Repeats, limit);
        if (OpenBlas.IsAvailable)
        {
            Operands.CheckAgreement(product, "OpenBLAS", operands.Result.Span, operands.PeersResult.Span);
        }

        for (int i = 0; i < quern.Count; i++)
        {
            // With several threads, against the better of one and several.
            Contestant? peer = openBlas.Take(i + 1).MinBy(contestant => contestant.Seconds.Median);
            table.Row(
                product.Name,
                $"{quern[i].Threads}",
                MarkdownTable.Number(product.Flops / quern[i].Seconds.Median * 1e-9),
                MarkdownTable.Percent(quern[i].RateAgainst(product.Flops, peak[i], PeakFma.Flops(peak[i].Threads)).Median),
                peer is null ? "not installed" : MarkdownTable.Number(product.Flops / peer.Seconds.Median * 1e-9),
                peer is null ? "" : $"{peer.Threads}",
                peer is null ? "" : $"{quern[i].SpeedAgainst(peer)}");
        }
    }
}
