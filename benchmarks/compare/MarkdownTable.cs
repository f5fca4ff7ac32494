using System.Globalization;

namespace Quern.Benchmarks.Compare;

/// <summary>Prints a table, row by row as figures come in.</summary>
internal sealed class MarkdownTable
{
    private readonly Comparison _comparison;

    public MarkdownTable(Comparison comparison, string title, params string[] columns)
    {
        _comparison = comparison;
        comparison.Say($"\n## {title}\n");
        Row(columns);
        Row([.. columns.Select((_, i) => i == 0 ? "---" : "---:")]);
    }

    public void Row(params string[] cells) => _comparison.Say($"| {string.Join(" | ", cells)} |");

    /// <summary>A number with as many digits as say something.</summary>
    public static string Number(double value) => value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);

    public static string Percent(double share) => (100 * share).ToString("0", CultureInfo.InvariantCulture) + "%";
}
