namespace Quern.Tensors.Tests;

/// <summary>The ways to write a tensor down, each of which must compile and mean one thing.</summary>
public sealed class CreationTests
{
    [Fact]
    public void Lengths_are_written_with_brackets_or_without()
    {
        Assert.Equal([2, 3], Tensor.Zeros(2, 3).Shape);
        Assert.Equal([2, 3], Tensor.Zeros([2, 3]).Shape);
        Assert.Equal([5], Tensor.Zeros(5).Shape);
        Assert.Equal([], Tensor.Zeros([]).Shape);
        Assert.Equal([2, 3], Tensor.Ones(2, 3).Shape);
        Assert.Equal([1, 1, 1], Tensor.Ones([3]).ToArray());
    }

    [Fact]
    public void Numbers_of_any_kind_become_a_vector()
    {
        float[] expected = [1, 2];
        int[] whole = [1, 2];
        double[] doubles = [1, 2];
        List<float> list = [1, 2];
        Assert.Equal(expected, Tensor.From(1, 2).ToArray());
        Assert.Equal(expected, Tensor.From([1, 2]).ToArray());
        Assert.Equal(expected, Tensor.From(expected).ToArray());
        Assert.Equal(expected, Tensor.From(whole).ToArray());
        Assert.Equal(expected, Tensor.From(doubles).ToArray());
        Assert.Equal(expected, Tensor.From(list).ToArray());
        Assert.Equal(expected, Tensor.From(list.Where(number => number > 0)).ToArray());
        Assert.Equal([1.5f, 2.5f], Tensor.From(1.5, 2.5).ToArray());
        Assert.Equal([1.5f, 2], Tensor.From(1.5, 2).ToArray());
        Assert.Equal([0.1f], Tensor.From(0.1).ToArray());
        Assert.Equal([0], Tensor.From().Shape);
    }

    [Fact]
    public void Numbers_of_any_kind_fill_a_shape()
    {
        int[] whole = [1, 2, 3, 4];
        double[] doubles = [1, 2, 3, 4];
        Assert.Equal(4, Tensor.From([1, 2, 3, 4], [2, 2])[1, 1]);
        Assert.Equal(4, Tensor.From(whole, [2, 2])[1, 1]);
        Assert.Equal(4, Tensor.From(doubles, [2, 2])[1, 1]);
        Assert.Equal(1.5f, Tensor.From([1.5, 2], [2, 1])[0, 0]);
        Assert.Equal([0, 3], Tensor.From([], [0, 3]).Shape);
    }

    [Fact]
    public void Arrays_keep_their_shape()
    {
        float[][] rows = [[1, 2, 3], [4, 5, 6]];
        Assert.Equal([2, 3], Tensor.From(rows).Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], Tensor.From(rows).ToArray());
        Tensor cube = Tensor.From(new float[,,] { { { 1, 2 }, { 3, 4 } }, { { 5, 6 }, { 7, 8 } }, { { 9, 10 }, { 11, 12 } } });
        Assert.Equal([3, 2, 2], cube.Shape);
        Assert.Equal(7, cube[1, 1, 0]);
        Assert.Equal([0, 0], Tensor.From(Array.Empty<float[]>()).Shape);
    }

    [Fact]
    public void Rows_of_different_lengths_are_refused() => Assert.Equal(
        "From: row 1 has 1 numbers and row 0 2; all rows must have equally many.",
        Assert.Throws<ShapeException>(() => Tensor.From(new float[][] { [1, 2], [3] })).Message);
}
