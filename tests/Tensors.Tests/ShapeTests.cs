namespace Quern.Tensors.Tests;

public sealed class ShapeTests
{
    [Fact]
    public void A_shape_knows_its_axes_and_its_element_count()
    {
        Shape shape = [2, 3, 5];
        Assert.Equal(3, shape.Rank);
        Assert.Equal(30, shape.ElementCount);
        Assert.Equal(2, shape[0]);
        Assert.Equal(5, shape[^1]);
        Assert.Equal([2, 3, 5], shape.ToArray());
        Assert.Equal([2, 3, 5], shape.Select(length => length));
        Assert.Equal("[2, 3, 5]", shape.ToString());
        Assert.Equal(shape, (Shape)new[] { 2, 3, 5 });
    }

    [Fact]
    public void The_empty_shape_is_that_of_a_single_number()
    {
        Shape shape = [];
        Assert.Equal(default, shape);
        Assert.Equal(0, shape.Rank);
        Assert.Equal(1, shape.ElementCount);
        Assert.Equal(1, default(Shape).ElementCount);
        Assert.Equal("[]", shape.ToString());
    }

    [Fact]
    public void Shapes_are_equal_when_all_axes_are()
    {
        Shape shape = [2, 3];
        Shape same = [2, 3];
        Assert.True(shape == same);
        Assert.False(shape != same);
        Assert.Equal(shape.GetHashCode(), same.GetHashCode());
        Assert.True(shape.Equals((object)same));
        Assert.False(shape.Equals("[2, 3]"));
        Assert.NotEqual(shape, [3, 2]);
        Assert.NotEqual(shape, [2, 3, 1]);
        Assert.NotEqual([1], Shape.Create([]));
    }

    [Fact]
    public void An_axis_can_be_replaced_or_left_out()
    {
        Shape shape = [2, 3, 5];
        Assert.Equal([7, 3, 5], shape.With(0, 7));
        Assert.Equal([2, 3, 1], shape.With(^1, 1));
        Assert.Equal([3, 5], shape.Without(0));
        Assert.Equal([2, 5], shape.Without(1));
        Assert.Equal([2, 3], shape.Without(^1));
        Assert.Equal([], Shape.Create([4]).Without(0));
        Assert.Equal([1, 2, 3, 4, 6], Shape.Create([1, 2, 3, 4, 5, 6]).Without(4));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    [InlineData(int.MinValue)]
    public void An_axis_that_is_not_there_is_an_error(int axis)
    {
        Shape shape = [2, 3];
        Assert.StartsWith("Shape: [2, 3] has 2 axes, numbered from 0.", Assert.Throws<ArgumentOutOfRangeException>(() => shape[axis]).Message, StringComparison.Ordinal);
        if (axis >= 0)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => shape.With(axis, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => shape.Without(axis));
            Assert.Throws<ArgumentOutOfRangeException>(() => shape[^(axis + 1)]);
        }
    }

    [Fact]
    public void More_than_six_axes_are_an_error()
    {
        Assert.Equal(
            "Shape: 7 axes were given; a tensor has at most 6. Merge axes with a product of their lengths.",
            Assert.Throws<ShapeException>(() => Shape.Create([1, 1, 1, 1, 1, 1, 1])).Message);
    }

    [Fact]
    public void A_negative_length_is_an_error()
    {
        Assert.Equal(
            "Shape: axis 1 has length -1; a length is zero or more. Only Reshape takes -1, for the axis it is to work out.",
            Assert.Throws<ShapeException>(() => Shape.Create([2, -1])).Message);
    }

    [Fact]
    public void An_element_count_beyond_a_long_is_an_error()
    {
        Assert.Equal(int.MaxValue * (long)int.MaxValue, Shape.Create([int.MaxValue, int.MaxValue]).ElementCount);
        Assert.Equal(
            "Shape: [2147483647, 2147483647, 3] has more than 9223372036854775807 elements. Use a smaller shape.",
            Assert.Throws<ShapeException>(() => Shape.Create([int.MaxValue, int.MaxValue, 3])).Message);
    }

    [Fact]
    public void An_axis_of_no_length_leaves_no_elements_wherever_it_is()
    {
        Assert.Equal(0, Shape.Create([0, int.MaxValue, int.MaxValue]).ElementCount);
        Assert.Equal(0, Shape.Create([int.MaxValue, 0, int.MaxValue]).ElementCount);
        Assert.Equal(0, Shape.Create([int.MaxValue, int.MaxValue, 0]).ElementCount);
        // The other axes must have a product, so that leaving one out never overflows.
        Assert.Throws<ShapeException>(() => Shape.Create([0, int.MaxValue, int.MaxValue, int.MaxValue]));
        Assert.Throws<ShapeException>(() => Shape.Create([int.MaxValue, int.MaxValue, int.MaxValue, 0]));
    }

    [Fact]
    public void Shapes_broadcast_from_the_innermost_axis()
    {
        AssertBroadcast([], [], []);
        AssertBroadcast([3], [], [3]);
        AssertBroadcast([2, 3], [3], [2, 3]);
        AssertBroadcast([2, 1], [1, 3], [2, 3]);
        AssertBroadcast([5, 1, 3], [4, 1], [5, 4, 3]);
        AssertBroadcast([1], [0], [0]);
        AssertBroadcast([2, 0], [1], [2, 0]);
        Assert.False(Shape.TryBroadcast([2, 3], [2], out _));
        Assert.False(Shape.TryBroadcast([0], [2], out _));
        Assert.False(Shape.TryBroadcast([2, 3, 4], [3, 3, 4], out _));
    }

    [Fact]
    public void Unlike_shapes_seldom_have_the_same_hash()
    {
        Shape[] shapes = [.. Enumerable.Range(1, 20).SelectMany(rows => Enumerable.Range(1, 20).Select(columns => Shape.Create([rows, columns])))];
        Assert.True(shapes.Select(shape => shape.GetHashCode()).Distinct().Count() > 390);
        Assert.Equal(Shape.Create([2, 3]).GetHashCode(), Shape.Create([2, 3]).GetHashCode());
    }

    private static void AssertBroadcast(Shape left, Shape right, Shape expected)
    {
        Assert.True(Shape.TryBroadcast(left, right, out Shape shape));
        Assert.Equal(expected, shape);
        Assert.True(Shape.TryBroadcast(right, left, out shape));
        Assert.Equal(expected, shape);
    }
}
