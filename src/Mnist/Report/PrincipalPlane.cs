namespace Quern.Mnist.Report;

/// <summary>
/// Points of many numbers seen from where they spread most: their first two principal components.
/// </summary>
/// <remarks>
/// Each component is found by power iteration, v ← XᵀX v / |XᵀX v| over the centred points X, in double precision. Source:
/// Jolliffe, Principal Component Analysis, 2002. The direction is turned so that its greatest number is positive.
/// </remarks>
internal sealed class PrincipalPlane
{
    private const int MaxIterations = 1000;
    private const double Tolerance = 1e-15;

    private PrincipalPlane((double Share, double[] Along) first, (double Share, double[] Along) second)
    {
        X = first.Along;
        Y = second.Along;
        XShare = first.Share;
        YShare = second.Share;
    }

    /// <summary>Where each point lies along the first component.</summary>
    public IReadOnlyList<double> X { get; }

    /// <summary>Where each point lies along the second component.</summary>
    public IReadOnlyList<double> Y { get; }

    /// <summary>The part of the whole variance along the first component, from 0 to 1.</summary>
    public double XShare { get; }

    /// <summary>The part of the whole variance along the second component, from 0 to 1.</summary>
    public double YShare { get; }

    /// <summary>Finds the plane.</summary>
    /// <param name="points">[count, width], finite.</param>
    /// <param name="width">Numbers in a point: at least 1.</param>
    public static PrincipalPlane Of(ReadOnlySpan<float> points, int width)
    {
        double[][] rows = Centre(points, width);
        double variance = rows.Sum(row => Dot(row, row));
        return new PrincipalPlane(TakeComponent(rows, variance), TakeComponent(rows, variance));
    }

    private static double[][] Centre(ReadOnlySpan<float> points, int width)
    {
        double[][] rows = new double[points.Length / width][];
        double[] mean = new double[width];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = new double[width];
            for (int j = 0; j < width; j++)
            {
                rows[i][j] = points[(i * width) + j];
                mean[j] += rows[i][j] / rows.Length;
            }
        }

        foreach (double[] row in rows)
        {
            Add(row, mean, -1);
        }

        return rows;
    }

    // Finds the direction of the greatest variance, and takes it out of the rows.
    private static (double Share, double[] Along) TakeComponent(double[][] rows, double variance)
    {
        // The longest row is zero only where all are, and never at right angles to everything that is left.
        double[]? longest = rows.MaxBy(row => Dot(row, row));
        double[] along = new double[rows.Length];
        double left = longest is null ? 0 : Dot(longest, longest);
        if (longest is null || !(left > variance * 1e-24))
        {
            return (0, along);
        }

        double[] direction = Scaled(longest, 1 / Math.Sqrt(left));
        for (int iteration = 0; iteration < MaxIterations; iteration++)
        {
            double[] next = new double[direction.Length];
            foreach (double[] row in rows)
            {
                Add(next, row, Dot(row, direction));
            }

            next = Scaled(next, 1 / Math.Sqrt(Dot(next, next)));
            double change = 1 - Dot(next, direction);
            direction = next;
            if (change < Tolerance)
            {
                break;
            }
        }

        if (direction.MaxBy(Math.Abs) < 0)
        {
            direction = Scaled(direction, -1);
        }

        for (int i = 0; i < rows.Length; i++)
        {
            along[i] = Dot(rows[i], direction);
            Add(rows[i], direction, -along[i]);
        }

        return (Dot(along, along) / variance, along);
    }

    private static double Dot(double[] left, double[] right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }

    private static double[] Scaled(double[] vector, double factor) => [.. vector.Select(number => number * factor)];

    private static void Add(double[] to, double[] vector, double factor)
    {
        for (int i = 0; i < to.Length; i++)
        {
            to[i] += factor * vector[i];
        }
    }
}
