namespace Quern.Tensors.Tests;

public class RowSegmentsTests
{
    [Fact]
    public void Positions_are_put_together_by_row_in_order()
    {
        RowSegments segments = new();
        segments.Build([4, 0, 4, 7, 0, 4]);
        Assert.Equal([0, 4, 7], segments.Rows.ToArray());
        Assert.Equal([0, 2, 5, 6], segments.Starts.ToArray());
        Assert.Equal([1, 4, 0, 2, 5, 3], segments.Positions.ToArray());

        segments.Build([2, 2, 5], skipped: 2);
        Assert.Equal([5], segments.Rows.ToArray());
        Assert.Equal([0, 1], segments.Starts.ToArray());
        Assert.Equal([2], segments.Positions.ToArray());
    }

    [Fact]
    public void There_may_be_none()
    {
        RowSegments segments = new();
        segments.Build([]);
        Assert.Equal(0, segments.Count);
        Assert.Equal([0], segments.Starts.ToArray());
        segments.Build([3, 3], skipped: 3);
        Assert.Equal(0, segments.Count);
    }
}
