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
/// has it. The vertical axis starts at 0.
/// </summary>
public sealed class LineChart
{
    private const int Width = 760;
    private const int Height = 380;
    private const int Left = 66;
    private const int Right = Width - 20;
    private const int Top = 44;
    private const int Bottom = Height - 52;

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
        .line-chart .dashed .line { stroke: #85888c; stroke-dasharray: 6 5; } .line-chart .dashed .dot { fill: #85888c; }
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

    /// <summary>The lines. With no points at all the chart says so.</summary>
    public required IReadOnlyList<ChartSeries> Series { get; init; }

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
            ("height", Number(Height)),
            ("viewBox", $"0 0 {Number(Width)} {Number(Height)}"),
            ("role", "img"),
            ("aria-label", Title));
        svg.Element("title", Title);
        svg.Element("desc", Description);
        svg.Start("style").Raw(Style).End();
        if (standsAlone)
        {
            svg.Element("rect", "", ("class", "surface"), ("width", Number(Width)), ("height", Number(Height)));
        }

        ChartPoint[] points = [.. Series.SelectMany(series => series.Points).Where(IsDrawn)];
        if (points.Length == 0)
        {
            Label(svg, Width / 2, Height / 2, "middle", "No epoch was finished.");
        }
        else
        {
            var x = Axis.For(points.Min(point => point.X), points.Max(point => point.X), intervals: 12, wholeNumbers: true);
            var y = Axis.For(0, points.Max(point => point.Y), intervals: 6);
            WriteAxes(svg, x, y);
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
            Line(svg, tick == 0 ? "base" : "grid", Left, at, Right, at);
            Label(svg, Left - 8, at + 4.5, "end", y.Label(tick));
        }

        foreach (double tick in x.Ticks)
        {
            double at = Horizontal(x, tick);
            Line(svg, "base", at, Bottom, at, Bottom + 5);
            Label(svg, at, Bottom + 21, "middle", x.Label(tick));
        }

        Label(svg, (Left + Right) / 2, Bottom + 43, "middle", XLabel);
        Label(svg, 12, Top - 23.5, "start", YLabel);
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
        // Letters are about 7 pixels wide, and 9.5 on a narrow screen: enough to keep the entries apart, from the right edge inwards.
        double at = Right - Series.Sum(series => EntryWidth(series.Name)) + 14;
        for (int i = 0; i < Series.Count; i++)
        {
            svg.Start("g", ("class", ClassOf(i)));
            svg.Element("path", "", ("class", "line"), ("d", $"M{Number(at)} {Number(Top - 28)} h24"));
            svg.Element("circle", "", ("class", "dot"), ("cx", Number(at + 12)), ("cy", Number(Top - 28)), ("r", "3.5"));
            svg.Element("text", Series[i].Name, ("class", "legend"), ("x", Number(at + 31)), ("y", Number(Top - 23.5)));
            svg.End();
            at += EntryWidth(Series[i].Name);
        }
    }

    private static double EntryWidth(string name) => 31 + 14 + (9.5 * name.Length);

    private string ClassOf(int index) => Series[index].Dashed ? "dashed" : $"series-{Number(index % 4)}";

    private static bool IsDrawn(ChartPoint point) => double.IsFinite(point.X) && double.IsFinite(point.Y);

    private static double Horizontal(Axis axis, double value) => Left + (axis.Fraction(value) * (Right - Left));

    private static double Vertical(Axis axis, double value) => Bottom - (axis.Fraction(value) * (Bottom - Top));

    private static void Line(Markup svg, string style, double x1, double y1, double x2, double y2) =>
        svg.Element("line", "", ("class", style), ("x1", Number(x1)), ("y1", Number(y1)), ("x2", Number(x2)), ("y2", Number(y2)));

    private static void Label(Markup svg, double x, double y, string anchor, string text) =>
        svg.Element("text", text, ("x", Number(x)), ("y", Number(y)), ("text-anchor", anchor));

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
