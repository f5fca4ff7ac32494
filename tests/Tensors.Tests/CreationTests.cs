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
        byte[] bytes = [1, 2];
        Half[] halves = [(Half)1, (Half)2];
        Assert.Equal(expected, Tensor.From(bytes).ToArray());
        Assert.Equal(expected, Tensor.From(halves).ToArray());
        Assert.Equal([255], Tensor.From((byte[])[255]).ToArray());
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
        Assert.Equal(3, Tensor.From((byte[])[1, 2, 3, 4], [2, 2])[1, 0]);
        Assert.Equal(0.5f, Tensor.From((Half[])[(Half)1, (Half)0.5], [2, 1])[1, 0]);
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
        float[,,,] pictures = new float[2, 1, 2, 3];
        pictures[1, 0, 1, 2] = 5;
        Assert.Equal([2, 1, 2, 3], Tensor.From(pictures).Shape);
        Assert.Equal(5, Tensor.From(pictures)[1, 0, 1, 2]);
        Assert.Equal(11, Tensor.From(pictures).ArgMax().Item());
    }

    [Fact]
    public void Sequences_of_sequences_become_rows()
    {
        List<float[]> arrays = [[1, 2, 3], [4, 5, 6]];
        List<List<float>> lists = [[1, 2, 3], [4, 5, 6]];
        IEnumerable<IEnumerable<float>> lazy = Enumerable.Range(0, 2).Select(row => Enumerable.Range(1, 3).Select(column => (3f * row) + column));
        foreach (Tensor tensor in (Tensor[])[Tensor.From(arrays), Tensor.From(lists), Tensor.From(lazy), Tensor.From([[1, 2, 3], [4, 5, 6]])])
        {
            Assert.Equal([2, 3], tensor.Shape);
            Assert.Equal([1, 2, 3, 4, 5, 6], tensor.ToArray());
        }

        Assert.Equal([2, 0], Tensor.From(new float[][] { [], [] }).Shape);
        Assert.StartsWith("From: row 1 is null.", Assert.Throws<ArgumentException>(() => Tensor.From(new float[][] { [1], null! })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Operators_take_numbers_of_any_kind()
    {
        Tensor a = Tensor.From(1, -2);
        Assert.Equal([2.5f, -5], (a * 2.5).ToArray());
        Assert.Equal([2, -4], (2 * a).ToArray());
        Assert.Equal([1, 0], (a > 0).ToArray());
        Assert.Equal([0, 1], (a <= -0.5f).ToArray());
    }

    [Fact]
    public void Arange_goes_up_to_the_end_without_it()
    {
        Assert.Equal([0, 1, 2], Tensor.Arange(3).ToArray());
        Assert.Equal([2, 3, 4], Tensor.Arange(2, 5).ToArray());
        Assert.Equal([0, 0.3f, 0.6f, 0.9f], Tensor.Arange(0, 1, 0.3).ToArray());
        Assert.Equal([5, 3, 1], Tensor.Arange(5, 0, -2).ToArray());
        Assert.Equal([0], Tensor.Arange(0).Shape);

        // Not by adding the steps up: the last is as good as the first.
        Assert.Equal((float)(999_999 * 0.1), Tensor.Arange(0, 100_000, 0.1)[999_999]);
        Assert.Equal(
            "Arange: from 0 to 5 in steps of -1 is no sequence of at most 2147483647 numbers. Give finite numbers, and a step towards the end.",
            Assert.Throws<ArgumentException>(() => Tensor.Arange(0, 5, -1)).Message);
        Assert.Throws<ArgumentException>(() => Tensor.Arange(0, 5, 0));
        Assert.Throws<ArgumentException>(() => Tensor.Arange(0, 0, 0));
        Assert.Throws<ArgumentException>(() => Tensor.Arange(-1));
        Assert.Throws<ArgumentException>(() => Tensor.Arange(double.NaN));
        Assert.Throws<ArgumentException>(() => Tensor.Arange(1e10));
    }

    [Fact]
    public void Linspace_meets_both_ends()
    {
        Assert.Equal([0, 0.25f, 0.5f, 0.75f, 1], Tensor.Linspace(0, 1, 5).ToArray());
        Assert.Equal([3, 2.5f, 2], Tensor.Linspace(3, 2, 3).ToArray());
        Assert.Equal([0.1f], Tensor.Linspace(0.1, 7, 1).ToArray());
        Assert.Equal([0], Tensor.Linspace(0, 1, 0).Shape);
        Assert.Equal([-0.1f, 0.7f], Tensor.Linspace(-0.1, 0.7, 2).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.Linspace(0, 1, -1));
    }

    [Fact]
    public void Eye_has_ones_on_its_diagonal()
    {
        Assert.Equal([1, 0, 0, 1], Tensor.Eye(2).ToArray());
        Assert.Equal([1, 0, 0, 0, 1, 0], Tensor.Eye(2, 3).ToArray());
        Assert.Equal([1, 0, 0, 1, 0, 0], Tensor.Eye(3, 2).ToArray());
        Assert.Equal([0, 0], Tensor.Eye(0).Shape);
        Assert.Throws<ShapeException>(() => Tensor.Eye(-1));
    }

    [Fact]
    public void Rows_of_different_lengths_are_refused() => Assert.Equal(
        "From: row 1 has 1 numbers and row 0 2; all rows must have equally many.",
        Assert.Throws<ShapeException>(() => Tensor.From(new float[][] { [1, 2], [3] })).Message);
}
