using System.Globalization;
using Quern.Mnist.Pictures;

namespace Quern.Mnist.Report;

/// <summary>The codes of labelled images, to be drawn as a map of their two principal components.</summary>
/// <param name="Codes">[count, width], finite.</param>
/// <param name="Labels">[count].</param>
/// <param name="Width">The size of a code: at least 1.</param>
public sealed record CodeMap(IReadOnlyList<float> Codes, IReadOnlyList<byte> Labels, int Width)
{
    /// <summary>Draws the map; null if there is nothing to draw.</summary>
    internal ScatterChart? ToChart()
    {
        float[] codes = [.. Codes];
        if (Labels.Count == 0 || !codes.All(float.IsFinite))
        {
            return null;
        }

        var plane = PrincipalPlane.Of(codes, Width);
        PointGroup[] groups =
        [
            .. Enumerable.Range(0, Labels.Count)
                .GroupBy(i => Labels[i])
                .OrderBy(group => group.Key)
                .Select(group => new PointGroup(group.Key.ToString(CultureInfo.InvariantCulture), [.. group.Select(i => new ChartPoint(plane.X[i], plane.Y[i]))])),
        ];
        return new ScatterChart
        {
            Title = "Map of the codes, coloured by label",
            Description = string.Create(
                CultureInfo.InvariantCulture,
                $"The codes of {Labels.Count:N0} validation images on the plane where they spread most: it holds {plane.XShare + plane.YShare:0%} of the variance of the {Width} numbers. A label stands in the midst of its images."),
            XLabel = string.Create(CultureInfo.InvariantCulture, $"First component, {plane.XShare:0%} of the variance"),
            YLabel = string.Create(CultureInfo.InvariantCulture, $"Second component, {plane.YShare:0%}"),
            Groups = groups,
        };
    }
}
