namespace Quern.Tensors.Tests;

public sealed class ToStringTests
{
    [Fact]
    public void A_single_number_is_shown_alone() => Assert.Equal("Tensor [] cpu 2.5", Tensor.Scalar(2.5f).ToString());

    [Fact]
    public void A_vector_is_shown_on_a_line() => Assert.Equal("Tensor [3] cpu [1, -2, 0.3333]", Tensor.From(1, -2, 1 / 3f).ToString());

    [Fact]
    public void A_matrix_is_shown_row_by_row() => Assert.Equal(
        """
        Tensor [2, 3] cpu
        [[1, 2, 3],
         [4, 5, 6]]
        """,
        Tensor.From([1, 2, 3, 4, 5, 6], [2, 3]).ToString());

    [Fact]
    public void Deeper_tensors_are_indented_by_axis() => Assert.Equal(
        """
        Tensor [2, 2, 2] cpu
        [[[1, 2],
          [3, 4]],
         [[5, 6],
          [7, 8]]]
        """,
        Tensor.From([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]).ToString());

    [Fact]
    public void Long_axes_are_shown_by_their_ends()
    {
        float[] numbers = [.. Enumerable.Range(0, 8).Select(i => (float)i)];
        Assert.Equal("Tensor [8] cpu [0, 1, 2, ..., 5, 6, 7]", Tensor.From(numbers).ToString());
        Assert.Equal("Tensor [6] cpu [0, 1, 2, 3, 4, 5]", Tensor.From(numbers[..6]).ToString());
        Assert.Equal(
            """
            Tensor [8, 1] cpu
            [[0],
             [1],
             [2],
             ...,
             [5],
             [6],
             [7]]
            """,
            Tensor.From(numbers, [8, 1]).ToString());
    }

    [Fact]
    public void Empty_axes_are_shown_empty()
    {
        Assert.Equal("Tensor [0] cpu []", Tensor.Zeros([0]).ToString());
        Assert.Equal("Tensor [0, 3] cpu\n[]", Tensor.Zeros([0, 3]).ToString());
        Assert.Equal("Tensor [2, 0] cpu\n[[],\n []]", Tensor.Zeros([2, 0]).ToString());
    }

    [Fact]
    public void Special_numbers_have_their_names() => Assert.Equal(
        "Tensor [5] cpu [NaN, Infinity, -Infinity, 1.234E+09, 1E-10]",
        Tensor.From(float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1.2344e9f, 1e-10f).ToString());

    [Fact]
    public void A_view_shows_its_own_numbers() => Assert.Equal("Tensor [2] cpu [3, 4]", Tensor.From(1, 2, 3, 4)[2..].ToString());

    [Fact]
    public void Six_axes_are_shown() => Assert.Equal(
        "Tensor [1, 1, 1, 1, 1, 2] cpu\n[[[[[[1, 2]]]]]]", Tensor.From([1, 2], [1, 1, 1, 1, 1, 2]).ToString());
}
