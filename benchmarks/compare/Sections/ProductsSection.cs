using Quern.Benchmarks.Compare.Measuring;
using Quern.Benchmarks.Compare.Peers;

namespace Quern.Benchmarks.Compare.Sections;

/// <summary>The products of a training step, with one thread, each many times back to back.</summary>
internal static class ProductsSection
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(20);

    public static void Run(Comparison comparison)
    {
        Product[] products = [.. Product.TrainingStep(comparison.Options.BatchSize)];
        var table = new MarkdownTable(
            comparison, $"Products of the training step, batch {comparison.Options.BatchSize}, one thread",
            "product", "m x n x k", "Quern µs", "Quern GFLOP/s", "share of peak", "OpenBLAS GFLOP/s", "Quern / OpenBLAS");
        for (int i = 0; i < products.Length; i++)
        {
            Measure(comparison, table, products[i], comparison.ShareOf(products.Length - i));
        }
    }

    private static void Measure(Comparison comparison, MarkdownTable table, Product product, TimeSpan limit)
    {
        using var operands = new Operands(product);
        var pool = comparison.Pool(1);
        var quern = Contestant.Repeating("Quern", 1, () => operands.Multiply(pool), Turn);
        var peak = PeakFma.Contestant(pool, Turn);
        var openBlas = OpenBlas.IsAvailable ? OpenBlas.Contestant(product, operands, 1, Turn) : null;
        Interleaved.Run(openBlas is null ? [quern, peak] : [quern, openBlas, peak], comparison.Options.Repeats, limit);
        if (openBlas is not null)
        {
            Operands.CheckAgreement(product, "OpenBLAS", operands.Result.Span, operands.PeersResult.Span);
        }

        table.Row(
            product.Name,
            product.Sizes,
            MarkdownTable.Number(quern.Seconds.Median * 1e6),
            MarkdownTable.Number(product.Flops / quern.Seconds.Median * 1e-9),
            MarkdownTable.Percent(quern.RateAgainst(product.Flops, peak, PeakFma.Flops(1)).Median),
            openBlas is null ? "not installed" : MarkdownTable.Number(product.Flops / openBlas.Seconds.Median * 1e-9),
            openBlas is null ? "" : $"{quern.SpeedAgainst(openBlas)}");
    }
}
