using System.Globalization;
using System.Xml.Linq;
using Quern.Mnist.Pictures;
using Quern.Mnist.Report;
using Quern.Mnist.Tests.Report;

namespace Quern.Mnist.Tests.Pictures;

public class LineChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Points_lie_where_the_ticks_say()
    {
        var root = Parse(Chart([new(1, 0.04), new(2, 0.01), new(4, 0.02)]));

        var texts = root.Elements(Svg + "text").ToDictionary(text => text.Value);
        double Tick(string label, string axis) => Number(texts[label], axis);
        var dots = root.Descendants(Svg + "circle").Where(dot => dot.Elements(Svg + "title").Any()).ToArray();
        Assert.Equal(3, dots.Length);
        Assert.Equal(Tick("1", "x"), Number(dots[0], "cx"), 2);
        Assert.Equal(Tick("2", "x"), Number(dots[1], "cx"), 2);
        Assert.Equal(Tick("4", "x"), Number(dots[2], "cx"), 2);
        // Labels hang a few pixels below their grid line.
        double drop = Tick("0.01", "y") - Number(dots[1], "cy");
        Assert.InRange(drop, 3, 6);
        Assert.Equal(drop, Tick("0.04", "y") - Number(dots[0], "cy"), 2);
        Assert.Equal(drop, Tick("0.02", "y") - Number(dots[2], "cy"), 2);
    }

    [Theory]
    [InlineData(0.0398, new[] { "0.00", "0.01", "0.02", "0.03", "0.04" })]
    [InlineData(0.3, new[] { "0.00", "0.05", "0.10", "0.15", "0.20", "0.25", "0.30" })]
    [InlineData(7300, new[] { "0", "2000", "4000", "6000", "8000" })]
    public void The_vertical_axis_has_round_ticks_from_zero(double greatest, string[] expected)
    {
        var axis = Axis.For(0, greatest, intervals: 6);

        Assert.Equal(expected, axis.Ticks.Select(axis.Label));
    }

    [Theory]
    [InlineData(0.004, 0.05, new[] { "0.002", "0.005", "0.01", "0.02", "0.05" })]
    [InlineData(0.01, 0.1, new[] { "0.01", "0.02", "0.05", "0.1" })]
    [InlineData(3, 4, new[] { "2", "5" })]
    [InlineData(1e-7, 20, new[] { "1e-7", "1e-6", "0.00001", "0.0001", "0.001", "0.01", "0.1", "1", "10", "100" })]
    public void A_logarithmic_axis_has_ticks_that_hold_all_values(double least, double greatest, string[] expected)
    {
        var axis = Axis.Logarithmic(least, greatest, intervals: 6);

        Assert.Equal(expected, axis.Ticks.Select(axis.Label));
        Assert.Equal((0, 1), (axis.Fraction(axis.Minimum), axis.Fraction(axis.Maximum)));
        Assert.Equal(0.5, axis.Fraction(Math.Sqrt(axis.Minimum * axis.Maximum)), 9);
    }

    [Fact]
    public void A_logarithmic_axis_never_has_many_ticks()
    {
        for (int power = -30; power < 30; power++)
        {
            var axis = Axis.Logarithmic(Math.Pow(10, -power) * 0.9, Math.Pow(10, Math.Abs(power)) * 1.1, intervals: 6);

            Assert.InRange(axis.Ticks.Count, 2, 16);
            Assert.True(axis.Minimum <= Math.Pow(10, -power) * 0.9 && axis.Maximum >= Math.Pow(10, Math.Abs(power)) * 1.1);
        }
    }

    [Theory]
    [InlineData(0.5, true, false)]
    [InlineData(0.04, true, true)]
    [InlineData(0.04, false, false)]
    [InlineData(0, true, false)]
    public void Values_of_more_than_a_power_of_ten_are_drawn_by_their_logarithms_where_that_is_asked_for(double last, bool isAskedFor, bool isLogarithmic)
    {
        string[] labels = [.. Parse(Chart([new(1, 1), new(2, last)], isAskedFor)).Elements(Svg + "text").Select(text => text.Value)];

        Assert.Equal(!isLogarithmic, labels.Contains("0.0"));
    }

    [Fact]
    public void Many_names_take_rows_of_their_own_and_none_leaves_the_chart()
    {
        LineChart chart = new()
        {
            Title = "A title",
            Description = "A description",
            XLabel = "Epoch",
            YLabel = "Mean squared error",
            Series = [.. Enumerable.Range(1, 9).Select(i => new ChartSeries($"mnist-20260101-12000{i}", [new(1, i), new(2, i + 1)]))],
        };

        var root = Parse(chart);

        var names = root.Descendants(Svg + "text").Where(text => text.Attribute("class")?.Value == "legend").ToArray();
        Assert.Equal(9, names.Length);
        Assert.All(names, name => Assert.InRange(Number(name, "x") + (9.5 * name.Value.Length), 0, 760));
        Assert.Equal(3, names.Select(name => Number(name, "y")).Distinct().Count());
        double highest = root.Descendants(Svg + "circle").Where(dot => dot.Elements(Svg + "title").Any()).Min(dot => Number(dot, "cy"));
        Assert.True(highest > names.Max(name => Number(name, "y")));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 12)]
    [InlineData(1, 100)]
    [InlineData(0, 5)]
    public void Epochs_have_whole_ticks_that_hold_them_all(int first, int last)
    {
        var axis = Axis.For(first, last, intervals: 12, wholeNumbers: true);

        Assert.All(axis.Ticks, tick => Assert.Equal(Math.Round(tick), tick));
        Assert.InRange(axis.Ticks.Count, first == last ? 1 : 2, first == last ? 1 : 14);
        Assert.Equal(first == last ? 0.5 : (first - axis.Minimum) / (axis.Maximum - axis.Minimum), axis.Fraction(first));
        Assert.True(axis.Minimum <= first && last <= axis.Maximum);
    }

    [Fact]
    public void A_point_that_is_not_finite_breaks_the_line()
    {
        var root = Parse(Chart([new(1, 0.4), new(2, 0.3), new(3, double.NaN), new(4, 0.2), new(5, double.PositiveInfinity), new(6, 0.1)]));

        string path = root.Element(Svg + "g")!.Element(Svg + "path")!.Attribute("d")!.Value;
        Assert.Equal(3, path.Count(c => c == 'M'));
        Assert.Equal(1, path.Count(c => c == 'L'));
        Assert.DoesNotContain("NaN", root.ToString());
    }

    [Fact]
    public void A_chart_without_points_says_so() =>
        Assert.Contains("No epoch was finished.", Parse(Chart([])).Elements(Svg + "text").Select(text => text.Value));

    [Fact]
    public void A_chart_of_one_point_shows_it()
    {
        var root = Parse(Chart([new(1, 0.02)]));

        Assert.Single(root.Descendants(Svg + "circle"), dot => dot.Element(Svg + "title")?.Value == "Loss, epoch 1: 0.02");
    }

    [Fact]
    public void Title_and_description_are_there_for_screen_readers()
    {
        var root = Parse(Chart([new(1, 1)]));

        Assert.Equal("img", root.Attribute("role")!.Value);
        Assert.Equal("A title", root.Element(Svg + "title")!.Value);
        Assert.Equal("A description", root.Element(Svg + "desc")!.Value);
    }

    [Fact]
    public void Numbers_are_the_same_in_every_culture()
    {
        string expected = LossChart.For(Runs.History(5)).ToSvg();
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~", NumberGroupSeparator = "." } };

            Assert.Equal(expected, LossChart.For(Runs.History(5)).ToSvg());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Hostile_text_is_escaped()
    {
        var chart = new LineChart
        {
            Title = Runs.Hostile,
            Description = Runs.Hostile,
            XLabel = Runs.Hostile,
            YLabel = Runs.Hostile,
            Series = [new(Runs.Hostile, [new(1, 1), new(2, 2)])],
        };

        var root = Parse(chart);

        Assert.Empty(root.Descendants(Svg + "script"));
        // NUL and a lone surrogate cannot be written in XML at all.
        Assert.Equal(Runs.Hostile.Replace('\u0000', '\uFFFD').Replace('\uD800', '\uFFFD'), root.Element(Svg + "title")!.Value);
    }

    [Fact]
    public void The_reference_is_drawn_only_as_far_as_the_run_went_and_only_where_it_applies()
    {
        Assert.Equal([1, 2, 3, 4, 5], LossChart.For(Runs.History(5)).Series[2].Points.Select(point => point.X));
        Assert.Equal(2, LossChart.For(Runs.History(5, "synthetic")).Series.Count);
        Assert.Equal(2, LossChart.For(Runs.History(0)).Series.Count);
    }

    private static LineChart Chart(ChartPoint[] points, bool logarithmicWhereWide = false) => new()
    {
        LogarithmicWhereWide = logarithmicWhereWide,
        Title = "A title",
        Description = "A description",
        XLabel = "Epoch",
        YLabel = "Loss",
        Series = [new("Loss", points)],
    };

    private static XElement Parse(LineChart chart) => XDocument.Parse(chart.ToSvg()).Root!;

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);
}
