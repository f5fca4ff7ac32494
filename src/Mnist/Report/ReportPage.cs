using System.Globalization;
using Quern.Mnist.Pictures;

namespace Quern.Mnist.Report;

/// <summary>
/// An HTML page of sections, in one file that asks nothing of a network. A section is a heading, a sentence, and whatever
/// its writer puts below.
/// </summary>
internal sealed class ReportPage
{
    private readonly Markup _html = new();

    /// <summary>Starts a page.</summary>
    /// <param name="title">Title of the window and main heading.</param>
    /// <param name="lede">The result in a sentence.</param>
    /// <param name="figures">The few numbers that matter most.</param>
    /// <param name="refreshSeconds">After how many seconds a browser loads the page again; null for never.</param>
    public ReportPage(string title, string lede, IReadOnlyList<(string Name, string Value)> figures, int? refreshSeconds = null)
    {
        _html.Raw("<!DOCTYPE html>\n").Start("html", ("lang", "en")).Start("head");
        _html.Element("meta", "", ("charset", "utf-8"));
        // The browser itself is told to fetch nothing and to run nothing.
        _html.Element("meta", "", ("http-equiv", "Content-Security-Policy"), ("content", "default-src 'none'; img-src data:; style-src 'unsafe-inline'"));
        _html.Element("meta", "", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        if (refreshSeconds is { } seconds)
        {
            _html.Element("meta", "", ("http-equiv", "refresh"), ("content", seconds.ToString(CultureInfo.InvariantCulture)));
        }

        _html.Element("title", title);
        _html.Start("style").Raw("\n").Raw(StyleSheet()).End().End();

        _html.Start("body").Start("header");
        _html.Element("p", "Quern training report", ("class", "eyebrow"));
        _html.Element("h1", title).Element("p", lede, ("class", "lede"));
        // As many columns as make rows of equal length.
        _html.Start("dl", ("class", figures.Count % 4 == 0 || figures.Count % 4 == 3 ? "figures four" : "figures"));
        foreach (var (name, value) in figures)
        {
            _html.Start("div").Element("dt", name).Element("dd", value).End();
        }

        _html.End().End().Start("main");
    }

    /// <summary>Adds a section.</summary>
    /// <param name="id">Name of the section's anchor.</param>
    /// <param name="title">Its heading.</param>
    /// <param name="text">A sentence or two under the heading.</param>
    /// <param name="body">Writes what follows the text.</param>
    /// <param name="isLong">Whether the section may be cut by a page break in print.</param>
    public void AddSection(string id, string title, string text, Action<Markup> body, bool isLong = false)
    {
        _html.Start("section", ("id", id), ("class", isLong ? "long" : "short"));
        _html.Element("h2", title).Element("p", text, ("class", "note"));
        body(_html);
        _html.End();
    }

    /// <summary>Ends the page.</summary>
    /// <param name="footer">A sentence at its foot.</param>
    /// <returns>The whole page.</returns>
    public string Close(string footer)
    {
        _html.End().Start("footer").Element("p", footer).End().End().End();
        return _html.ToString();
    }

    /// <summary>A chart.</summary>
    public static void WriteFigure(Markup html, LineChart chart)
    {
        html.Start("figure");
        chart.WriteInline(html);
        html.End();
    }

    /// <summary>A table with a row of headings; the first cell of each row is the row's own heading.</summary>
    public static void WriteTable(Markup html, string[] headings, IEnumerable<string[]> rows, int bestRow = -1)
    {
        html.Start("div", ("class", "scroll")).Start("table").Start("thead").Start("tr");
        foreach (string heading in headings)
        {
            html.Element("th", heading, ("scope", "col"));
        }

        html.End().End().Start("tbody");
        int index = 0;
        foreach (string[] row in rows)
        {
            if (index++ == bestRow)
            {
                html.Start("tr", ("class", "best"));
            }
            else
            {
                html.Start("tr");
            }

            html.Element("th", row[0], ("scope", "row"));
            foreach (string cell in row.AsSpan(1))
            {
                html.Element("td", cell);
            }

            html.End();
        }

        html.End().End().End();
    }

    private static string StyleSheet()
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
