using System.Globalization;
using System.Text;

namespace Quern.Mnist.Pictures;

/// <summary>A point of a <see cref="ChartSeries"/>.</summary>
/// <param name="X">Along the horizontal axis.</param>
/// <param name="Y">Along the vertical axis; a point that is not finite is left out and breaks the line.</param>
public readonly record struct ChartPoint(double X, double Y);

/// <summary>One line of a <see cref="LineChart"/>.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Points">Its points, from left to right.</param>
/// <param name="Dashed">Whether the line is dashed and grey, as for something to compare with.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<ChartPoint> Points, bool Dashed = false);

/// <summary>
/// Lines over whole numbers, such as losses over epochs, as SVG: no script and no other file, light or dark as the reader
/// has it. The vertical axis starts at 0, or is logarithmic.
/// </summary>
public sealed class LineChart
{
    private const int Width = 760;
    private const int Left = 66;
    private const int Right = Width - 20;
    private const int LegendRow = 22;
    private const int Colours = 8;

    private const string Style = """

        .line-chart text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #5c6166; font-variant-numeric: tabular-nums; }
        .line-chart .legend { fill: #22262a; }
        .line-chart .surface { fill: #ffffff; }
        .line-chart .grid { stroke: #e3e2de; stroke-width: 1; }
        .line-chart .base { stroke: #9a9a96; stroke-width: 1; }
        .line-chart .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        .line-chart .series-0 .line { stroke: #2f6ea5; } .line-chart .series-0 .dot { fill: #2f6ea5; }
        .line-chart .series-1 .line { stroke: #b8571b; } .line-chart .series-1 .dot { fill: #b8571b; }
        .line-chart .series-2 .line { stroke: #4b7f3a; } .line-chart .series-2 .dot { fill: #4b7f3a; }
        .line-chart .series-3 .line { stroke: #7a4fa3; } .line-chart .series-3 .dot { fill: #7a4fa3; }
        .line-chart .series-4 .line { stroke: #8f7a00; } .line-chart .series-4 .dot { fill: #8f7a00; }
        .line-chart .series-5 .line { stroke: #b03a6f; } .line-chart .series-5 .dot { fill: #b03a6f; }
        .line-chart .series-6 .line { stroke: #00838a; } .line-chart .series-6 .dot { fill: #00838a; }
        .line-chart .series-7 .line { stroke: #555b61; } .line-chart .series-7 .dot { fill: #555b61; }
        .line-chart .dashed .line { stroke: #85888c; stroke-dasharray: 6 5; } .line-chart .dashed .dot { fill: #85888c; }
        .line-chart .mark { stroke: #85888c; stroke-width: 1; stroke-dasharray: 2 3; }
        @media screen and (prefers-color-scheme: dark) {
          .line-chart text { fill: #a3a8ad; }
          .line-chart .legend { fill: #e6e4df; }
          .line-chart .surface { fill: #1d2023; }
          .line-chart .grid { stroke: #34383c; }
          .line-chart .base { stroke: #6c7176; }
          .line-chart .series-0 .line { stroke: #7db4e6; } .line-chart .series-0 .dot { fill: #7db4e6; }
          .line-chart .series-1 .line { stroke: #f0995a; } .line-chart .series-1 .dot { fill: #f0995a; }
          .line-chart .series-2 .line { stroke: #93c47d; } .line-chart .series-2 .dot { fill: #93c47d; }
          .line-chart .series-3 .line { stroke: #bf9be0; } .line-chart .series-3 .dot { fill: #bf9be0; }
          .line-chart .series-4 .line { stroke: #d8c04a; } .line-chart .series-4 .dot { fill: #d8c04a; }
          .line-chart .series-5 .line { stroke: #ee8db5; } .line-chart .series-5 .dot { fill: #ee8db5; }
          .line-chart .series-6 .line { stroke: #54c3c9; } .line-chart .series-6 .dot { fill: #54c3c9; }
          .line-chart .series-7 .line { stroke: #b4b9be; } .line-chart .series-7 .dot { fill: #b4b9be; }
          .line-chart .dashed .line { stroke: #8d9296; } .line-chart .dashed .dot { fill: #8d9296; }
        }

        """;

    /// <summary>What the chart shows, in a few words. Read out by screen readers.</summary>
    public required string Title { get; init; }

    /// <summary>What the chart says, in a sentence. Read out by screen readers.</summary>
    public required string Description { get; init; }

    /// <summary>What the horizontal axis counts.</summary>
    public required string XLabel { get; init; }

    /// <summary>What the vertical axis measures.</summary>
    public required string YLabel { get; init; }

    /// <summary>The .NET format of a value where it is told: as many digits as everywhere else.</summary>
    public string YFormat { get; init; } = "G4";

    /// <summary>Height of the chart in the units of its width, which is 760: at least 160.</summary>
    public int Height { get; init; } = 380;

    /// <summary>Whether the vertical axis is logarithmic where the values are above 0 and span more than a power of ten.</summary>
    public bool LogarithmicWhereWide { get; init; }

    /// <summary>A place on the horizontal axis that is marked, such as the best epoch, and the word for it; null for none.</summary>
    public (double X, string Text)? Mark { get; init; }

    /// <summary>The lines. With no points at all the chart says so.</summary>
    public required IReadOnlyList<ChartSeries> Series { get; init; }

    private double Top => LegendPlaces().Select(place => place.Y).DefaultIfEmpty(16).Max() + 28;

    private double Bottom => Top - 44 + Height - 52;

    /// <summary>The chart as an SVG file of its own.</summary>
    public string ToSvg()
    {
        var svg = new Markup().Raw("""<?xml version="1.0" encoding="UTF-8"?>""" + "\n");
        WriteTo(svg, standsAlone: true);
        return svg.ToString();
    }

    /// <summary>Writes the chart as an element inside a page, whose background shows through.</summary>
    internal void WriteInline(Markup page) => WriteTo(page, standsAlone: false);

    private void WriteTo(Markup svg, bool standsAlone)
    {
        svg.Start(
            "svg",
            ("xmlns", "http://www.w3.org/2000/svg"),
            ("class", "line-chart"),
            ("width", Number(Width)),
            ("height", Number(Bottom + 52)),
            ("viewBox", $"0 0 {Number(Width)} {Number(Bottom + 52)}"),
            ("role", "img"),
            ("aria-label", Title));
        svg.Element("title", Title);
        svg.Element("desc", Description);
        svg.Start("style").Raw(Style).End();
        if (standsAlone)
        {
            svg.Element("rect", "", ("class", "surface"), ("width", Number(Width)), ("height", Number(Bottom + 52)));
        }

        ChartPoint[] points = [.. Series.SelectMany(series => series.Points).Where(IsDrawn)];
        if (points.Length == 0)
        {
            Label(svg, Width / 2, Height / 2, "middle", "No epoch was finished.");
        }
        else
        {
            var x = Axis.For(points.Min(point => point.X), points.Max(point => point.X), intervals: 12, wholeNumbers: true);
            double least = points.Min(point => point.Y), greatest = points.Max(point => point.Y);
            int intervals = Height / 60;
            var y = LogarithmicWhereWide && least > 0 && greatest > 10 * least ? Axis.Logarithmic(least, greatest, intervals) : Axis.For(0, greatest, intervals);
            WriteAxes(svg, x, y);
            WriteMark(svg, x);
            for (int i = 0; i < Series.Count; i++)
            {
                WriteSeries(svg, i, x, y);
            }

            WriteLegend(svg);
        }

        svg.End();
    }

    private void WriteAxes(Markup svg, Axis x, Axis y)
    {
        foreach (double tick in y.Ticks)
        {
            double at = Vertical(y, tick);
            Line(svg, tick == y.Minimum ? "base" : "grid", Left, at, Right, at);
            Label(svg, Left - 8, at + 4.5, "end", y.Label(tick));
        }

        foreach (double tick in x.Ticks)
        {
            double at = Horizontal(x, tick);
            Line(svg, "base", at, Bottom, at, Bottom + 5);
            Label(svg, at, Bottom + 21, "middle", x.Label(tick));
        }

        Label(svg, (Left + Right) / 2, Bottom + 43, "middle", XLabel);
        Label(svg, 12, 20.5, "start", YLabel);
    }

    private void WriteMark(Markup svg, Axis x)
    {
        if (Mark is not { } mark)
        {
            return;
        }

        double at = Horizontal(x, mark.X), part = x.Fraction(mark.X);
        Line(svg, "mark", at, Top, at, Bottom);
        Label(svg, at + (part < 0.5 ? 5 : -5), Top + 15, part < 0.5 ? "start" : "end", mark.Text);
    }

    private void WriteSeries(Markup svg, int index, Axis x, Axis y)
    {
        var series = Series[index];
        svg.Start("g", ("class", ClassOf(index)));
        var path = new StringBuilder();
        bool penDown = false;
        foreach (var point in series.Points)
        {
            if (IsDrawn(point))
            {
                path.Append(penDown ? " L" : " M").Append(Number(Horizontal(x, point.X))).Append(' ').Append(Number(Vertical(y, point.Y)));
            }

            penDown = IsDrawn(point);
        }

        if (path.Length > 0)
        {
            svg.Element("path", "", ("class", "line"), ("d", path.ToString(1, path.Length - 1)));
        }

        foreach (var point in series.Points.Where(IsDrawn))
        {
            svg.Start("circle", ("class", "dot"), ("cx", Number(Horizontal(x, point.X))), ("cy", Number(Vertical(y, point.Y))), ("r", "3.5"));
            svg.Element("title", $"{series.Name}, {XLabel.ToLowerInvariant()} {Number(point.X)}: {point.Y.ToString(YFormat, CultureInfo.InvariantCulture)}");
            svg.End();
        }

        svg.End();
    }

    private void WriteLegend(Markup svg)
    {
        foreach (var (index, x, y) in LegendPlaces())
        {
            svg.Start("g", ("class", ClassOf(index)));
            svg.Element("path", "", ("class", "line"), ("d", $"M{Number(x)} {Number(y)} h24"));
            svg.Element("circle", "", ("class", "dot"), ("cx", Number(x + 12)), ("cy", Number(y)), ("r", "3.5"));
            svg.Element("text", Series[index].Name, ("class", "legend"), ("x", Number(x + 31)), ("y", Number(y + 4.5)));
            svg.End();
        }
    }

    // One row at the right of the axis' label where there is room, else rows of their own; none where the axis' label says it all.
    private List<(int Index, double X, double Y)> LegendPlaces()
    {
        if (Series.Count == 1 && Series[0].Name == YLabel)
        {
            return [];
        }

        double all = Series.Sum(series => EntryWidth(series.Name)) - 14;
        bool isBeside = 12 + EntryWidth(YLabel) + all <= Right;
        double x = isBeside ? Right - all : 12, y = isBeside ? 16 : 16 + LegendRow;
        List<(int, double, double)> places = [];
        for (int i = 0; i < Series.Count; i++)
        {
            double width = EntryWidth(Series[i].Name);
            if (x > 12 && x + width - 14 > Right)
            {
                (x, y) = (12, y + LegendRow);
            }

            places.Add((i, x, y));
            x += width;
        }

        return places;
    }

    // Letters are about 7 pixels wide, and 9.5 on a narrow screen: enough to keep the entries apart.
    private static double EntryWidth(string name) => 31 + 14 + (9.5 * name.Length);

    private string ClassOf(int index) => Series[index].Dashed ? "dashed" : $"series-{Number(index % Colours)}";

    private static bool IsDrawn(ChartPoint point) => double.IsFinite(point.X) && double.IsFinite(point.Y);

    private static double Horizontal(Axis axis, double value) => Left + (axis.Fraction(value) * (Right - Left));

    private double Vertical(Axis axis, double value) => Bottom - (axis.Fraction(value) * (Bottom - Top));

    private static void Line(Markup svg, string style, double x1, double y1, double x2, double y2) =>
        svg.Element("line", "", ("class", style), ("x1", Number(x1)), ("y1", Number(y1)), ("x2", Number(x2)), ("y2", Number(y2)));

    private static void Label(Markup svg, double x, double y, string anchor, string text) =>
        svg.Element("text", text, ("x", Number(x)), ("y", Number(y)), ("text-anchor", anchor));

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
