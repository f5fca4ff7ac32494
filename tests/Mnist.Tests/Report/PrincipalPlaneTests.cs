using Quern.Mnist.Report;

namespace Quern.Mnist.Tests.Report;

public class PrincipalPlaneTests
{
    [Fact]
    public void Points_of_an_ellipse_are_seen_along_its_axes()
    {
        // Turned axes of lengths 5 and 2 in the plane of (3, 4, 0)/5 and (0, 0, 1), away from the origin.
        const int Count = 400;
        float[] points = new float[Count * 3];
        for (int i = 0; i < Count; i++)
        {
            double angle = 2 * Math.PI * i / Count;
            double along = 5 * Math.Cos(angle);
            points[i * 3] = (float)(10 + (0.6 * along));
            points[(i * 3) + 1] = (float)(-7 + (0.8 * along));
            points[(i * 3) + 2] = (float)(3 + (2 * Math.Sin(angle)));
        }

        var plane = PrincipalPlane.Of(points, 3);

        Assert.Equal(25.0 / 29, plane.XShare, 5);
        Assert.Equal(4.0 / 29, plane.YShare, 5);
        for (int i = 0; i < Count; i++)
        {
            double angle = 2 * Math.PI * i / Count;
            Assert.Equal(5 * Math.Cos(angle), plane.X[i], 4);
            Assert.Equal(2 * Math.Sin(angle), plane.Y[i], 4);
        }
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 3)]
    [InlineData(5, 3)]
    [InlineData(5, 1)]
    public void Equal_points_spread_nowhere(int count, int width)
    {
        var plane = PrincipalPlane.Of(Enumerable.Repeat(2.5f, count * width).ToArray(), width);

        Assert.Equal((0, 0), (plane.XShare, plane.YShare));
        Assert.Equal(new double[count], plane.X);
    }

    [Fact]
    public void One_number_has_one_component()
    {
        var plane = PrincipalPlane.Of([1, 2, 6], 1);

        Assert.Equal(1, plane.XShare, 12);
        Assert.Equal(0, plane.YShare);
        Assert.Equal([-2.0, -1.0, 3.0], plane.X.Select(x => Math.Round(x, 9)));
    }

    [Fact]
    public void The_components_are_at_right_angles_and_hold_no_less_than_any_two_columns()
    {
        var random = new Random(3);
        const int Count = 200, Width = 7;
        float[] points = [.. Enumerable.Range(0, Count * Width).Select(i => (float)((random.NextDouble() - 0.5) * ((i % Width) + 1)))];

        var plane = PrincipalPlane.Of(points, Width);

        double product = plane.X.Zip(plane.Y, (x, y) => x * y).Sum();
        double spread = plane.X.Sum(x => x * x);
        Assert.InRange(Math.Abs(product) / spread, 0, 1e-6);
        Assert.InRange(plane.XShare, plane.YShare, 1);
        double[] variances = [.. Enumerable.Range(0, Width).Select(Variance)];
        Assert.True(plane.XShare + plane.YShare >= variances.OrderDescending().Take(2).Sum() / variances.Sum());

        double Variance(int column)
        {
            double[] values = [.. Enumerable.Range(0, Count).Select(i => (double)points[(i * Width) + column])];
            return values.Sum(value => Math.Pow(value - values.Average(), 2));
        }
    }
}
