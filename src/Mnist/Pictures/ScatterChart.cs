using System.Globalization;
using System.Text;

namespace Quern.Mnist.Pictures;

/// <summary>Points of one kind in a <see cref="ScatterChart"/>.</summary>
/// <param name="Name">What the legend calls them; also written in their midst, so that colour is not all there is to go by.</param>
/// <param name="Points">The points, finite.</param>
internal sealed record PointGroup(string Name, IReadOnlyList<ChartPoint> Points);

/// <summary>Points in groups of a colour each, as SVG inside a page: no script and no other file, light or dark as the reader has it.</summary>
internal sealed class ScatterChart
{
    private const int Width = 760;
    private const int Height = 520;
    private const int Left = 20;
    private const int Right = Width - 96;
    private const int Top = 16;
    private const int Bottom = Height - 40;
    private const int Colours = 10;

    // Ten colours that differ in brightness as well as in hue, after Paul Tol's schemes for the colour-blind.
    private const string Style = """

        .scatter-chart text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #5c6166; }
        .scatter-chart .legend { fill: #22262a; }
        .scatter-chart .frame { fill: none; stroke: #e3e2de; }
        .scatter-chart .dots { fill: none; stroke-width: 4.5; stroke-linecap: round; stroke-opacity: 0.6; }
        .scatter-chart .swatch { fill: none; stroke-width: 11; stroke-linecap: round; }
        .scatter-chart .midst { font-size: 19px; font-weight: 700; fill: #22262a; stroke: #ffffff; stroke-width: 4px; paint-order: stroke; stroke-linejoin: round; }
        .scatter-chart .group-0 { stroke: #332288; } .scatter-chart .group-1 { stroke: #ddaa33; } .scatter-chart .group-2 { stroke: #117733; }
        .scatter-chart .group-3 { stroke: #cc6677; } .scatter-chart .group-4 { stroke: #0099bb; } .scatter-chart .group-5 { stroke: #882255; }
        .scatter-chart .group-6 { stroke: #999933; } .scatter-chart .group-7 { stroke: #aa4499; } .scatter-chart .group-8 { stroke: #44aa99; }
        .scatter-chart .group-9 { stroke: #555555; }
        @media screen and (prefers-color-scheme: dark) {
          .scatter-chart text { fill: #a3a8ad; }
          .scatter-chart .legend { fill: #e6e4df; }
          .scatter-chart .frame { stroke: #34383c; }
          .scatter-chart .midst { fill: #f4f2ee; stroke: #1d2023; }
          .scatter-chart .group-0 { stroke: #8899ff; } .scatter-chart .group-1 { stroke: #eedd88; } .scatter-chart .group-2 { stroke: #55bb66; }
          .scatter-chart .group-3 { stroke: #ee8866; } .scatter-chart .group-4 { stroke: #99ddff; } .scatter-chart .group-5 { stroke: #dd5588; }
          .scatter-chart .group-6 { stroke: #bbcc33; } .scatter-chart .group-7 { stroke: #ffaaee; } .scatter-chart .group-8 { stroke: #44bbaa; }
          .scatter-chart .group-9 { stroke: #bbbbbb; }
        }

        """;

    /// <summary>What the chart shows, in a few words. Read out by screen readers.</summary>
    public required string Title { get; init; }

    /// <summary>What the chart says, in a sentence. Read out by screen readers.</summary>
    public required string Description { get; init; }

    /// <summary>What the horizontal axis is.</summary>
    public required string XLabel { get; init; }

    /// <summary>What the vertical axis is.</summary>
    public required string YLabel { get; init; }

    /// <summary>The points; at least one.</summary>
    public required IReadOnlyList<PointGroup> Groups { get; init; }

    /// <summary>Writes the chart as an element inside a page, whose background shows through.</summary>
    public void WriteInline(Markup svg)
    {
        svg.Start(
            "svg",
            ("xmlns", "http://www.w3.org/2000/svg"),
            ("class", "scatter-chart"),
            ("width", Number(Width)),
            ("height", Number(Height)),
            ("viewBox", $"0 0 {Number(Width)} {Number(Height)}"),
            ("role", "img"),
            ("aria-label", Title));
        svg.Element("title", Title);
        svg.Element("desc", Description);
        svg.Start("style").Raw(Style).End();
        svg.Element("rect", "", ("class", "frame"), ("x", Number(Left)), ("y", Number(Top)), ("width", Number(Right - Left)), ("height", Number(Bottom - Top)));
        svg.Element("text", XLabel, ("x", Number((Left + Right) / 2)), ("y", Number(Bottom + 24)), ("text-anchor", "middle"));
        svg.Element("text", YLabel, ("x", "12"), ("y", Number((Top + Bottom) / 2)), ("text-anchor", "middle"), ("transform", $"rotate(-90 12 {Number((Top + Bottom) / 2)})"));

        ChartPoint[] all = [.. Groups.SelectMany(group => group.Points)];
        var place = Placing(all);
        for (int i = 0; i < Groups.Count; i++)
        {
            svg.Element("path", "", ("class", $"dots {Colour(i)}"), ("d", Dots(Groups[i].Points.Select(place))));
        }

        var midsts = Apart([.. Groups.Select(group => place(new ChartPoint(group.Points.Average(point => point.X), group.Points.Average(point => point.Y))))]);
        for (int i = 0; i < Groups.Count; i++)
        {
            var group = Groups[i];
            var (x, y) = midsts[i];
            svg.Element("text", group.Name, ("class", "midst"), ("x", Number(x)), ("y", Number(y + 6)), ("text-anchor", "middle"));
            double at = Top + 14 + (i * 24);
            svg.Element("path", "", ("class", $"swatch {Colour(i)}"), ("d", $"M{Number(Right + 24)} {Number(at)}h0"));
            svg.Element("text", group.Name, ("class", "legend"), ("x", Number(Right + 38)), ("y", Number(at + 4.5)));
        }

        svg.End();
    }

    // Moves places that are nearer to each other than a label is high, half the way each, until none is.
    internal static (double X, double Y)[] Apart((double X, double Y)[] places)
    {
        const double Distance = 26;
        const int MostRounds = 200;
        bool isMoved = true;
        for (int round = 0; isMoved && round < MostRounds; round++)
        {
            isMoved = false;
            for (int i = 0; i < places.Length; i++)
            {
                for (int j = i + 1; j < places.Length; j++)
                {
                    double x = places[j].X - places[i].X, y = places[j].Y - places[i].Y;
                    double distance = Math.Sqrt((x * x) + (y * y));
                    if (distance < Distance)
                    {
                        isMoved = true;
                        (x, y) = distance > 1e-9 ? (x / distance, y / distance) : (Math.Cos(i + j), Math.Sin(i + j));
                        double step = ((Distance - distance) / 2) + 0.01;
                        places[i] = Inside(places[i].X - (x * step), places[i].Y - (y * step));
                        places[j] = Inside(places[j].X + (x * step), places[j].Y + (y * step));
                    }
                }
            }
        }

        return places;

        static (double X, double Y) Inside(double x, double y) => (Math.Clamp(x, Left + 12, Right - 12), Math.Clamp(y, Top + 14, Bottom - 14));
    }

    // One scale for both axes, so that distances are to be trusted.
    private static Func<ChartPoint, (double X, double Y)> Placing(ChartPoint[] points)
    {
        double left = points.Min(point => point.X), right = points.Max(point => point.X);
        double low = points.Min(point => point.Y), high = points.Max(point => point.Y);
        const int Margin = 12;
        double scale = Math.Min((Right - Left - (2 * Margin)) / Math.Max(right - left, 1e-30), (Bottom - Top - (2 * Margin)) / Math.Max(high - low, 1e-30));
        return point => (
            ((Left + Right) / 2.0) + ((point.X - ((left + right) / 2)) * scale),
            ((Top + Bottom) / 2.0) - ((point.Y - ((low + high) / 2)) * scale));
    }

    // A line of no length with round ends is a dot, in far fewer letters than a circle.
    private static string Dots(IEnumerable<(double X, double Y)> places)
    {
        var path = new StringBuilder();
        foreach (var (x, y) in places)
        {
            path.Append('M').Append(x.ToString("0.#", CultureInfo.InvariantCulture)).Append(' ').Append(y.ToString("0.#", CultureInfo.InvariantCulture)).Append("h0");
        }

        return path.ToString();
    }

    private static string Colour(int index) => $"group-{Number(index % Colours)}";

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
