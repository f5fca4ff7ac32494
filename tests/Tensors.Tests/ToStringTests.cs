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
    public void A_thousand_elements_are_all_shown() =>
        Assert.Equal(1000, Tensor.Ones([1000]).ToString().Count(character => character == '1') - "Tensor [1000] cpu".Count(character => character == '1'));

    [Fact]
    public void Of_more_the_ends_of_long_axes_are_shown()
    {
        Assert.Equal("Tensor [1001] cpu [0, 1, 2, ..., 998, 999, 1000]", Tensor.From(Enumerable.Range(0, 1001).Select(i => (float)i)).ToString());
        Assert.Equal(
            """
            Tensor [200, 6] cpu
            [[   0,    1,    2,    3,    4,    5],
             [   6,    7,    8,    9,   10,   11],
             [  12,   13,   14,   15,   16,   17],
             ...,
             [1182, 1183, 1184, 1185, 1186, 1187],
             [1188, 1189, 1190, 1191, 1192, 1193],
             [1194, 1195, 1196, 1197, 1198, 1199]]
            """,
            Tensor.From(Enumerable.Range(0, 1200).Select(i => (float)i)).Reshape(200, 6).ToString());
    }

    [Fact]
    public void The_limits_can_be_chosen()
    {
        Tensor tensor = Tensor.From(0, 1, 2, 3, 4, 5, 6, 1 / 3f);
        Assert.Equal("Tensor [8] cpu [0, ..., 0]", tensor.ToString(decimals: 0, maxElements: 7, edgeItems: 1));
        Assert.Equal("Tensor [8] cpu [0, 1, 2, 3, 4, 5, 6, 0.33]", tensor.ToString(decimals: 2, maxElements: 7, edgeItems: 4));
        Assert.Equal("Tensor [] cpu 0.33333334", Tensor.Scalar(1 / 3f).ToString(decimals: 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.ToString(decimals: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.ToString(decimals: 16));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.ToString(1, maxElements: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.ToString(1, edgeItems: 0));
    }

    [Fact]
    public void Numbers_have_the_digits_that_they_need()
    {
        Assert.Equal("Tensor [4] cpu [16777216, 12345.5, -0.25, 0]", Tensor.From(16777216, 12345.5, -0.25, 0).ToString());
        Assert.Equal("Tensor [3] cpu [1.5E+00, 1E-05, 0]", Tensor.From(1.5, 1e-5, 0).ToString());
    }

    [Fact]
    public void Columns_are_aligned() => Assert.Equal(
        """
        Tensor [2, 3] cpu
        [[    1,   -20, 0.125],
         [  1.5,     3,     4]]
        """,
        Tensor.From([1, -20, 0.125f, 1.5f, 3, 4], [2, 3]).ToString());

    [Fact]
    public void Empty_axes_are_shown_empty()
    {
        Assert.Equal("Tensor [0] cpu []", Tensor.Zeros([0]).ToString());
        Assert.Equal("Tensor [0, 3] cpu\n[]", Tensor.Zeros([0, 3]).ToString());
        Assert.Equal("Tensor [2, 0] cpu\n[[],\n []]", Tensor.Zeros([2, 0]).ToString());
    }

    [Fact]
    public void Special_numbers_have_their_names() => Assert.Equal(
        "Tensor [5] cpu [NaN, Infinity, -Infinity, 1.2344E+09, 1E-10]",
        Tensor.From(float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1.2344e9f, 1e-10f).ToString());

    [Fact]
    public void A_view_shows_its_own_numbers() => Assert.Equal("Tensor [2] cpu [3, 4]", Tensor.From(1, 2, 3, 4)[2..].ToString());

    [Fact]
    public void Six_axes_are_shown() => Assert.Equal(
        "Tensor [1, 1, 1, 1, 1, 2] cpu\n[[[[[[1, 2]]]]]]", Tensor.From([1, 2], [1, 1, 1, 1, 1, 2]).ToString());
}
