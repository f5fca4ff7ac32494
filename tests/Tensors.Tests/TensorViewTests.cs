namespace Quern.Tensors.Tests;

public sealed class TensorViewTests
{
    [Fact]
    public void Reshape_shares_memory()
    {
        Tensor tensor = Tensor.From([1, 2, 3, 4, 5, 6], [2, 3]);
        Tensor view = tensor.Reshape(3, 2);
        view[2, 0] = 9;
        Assert.Equal(9, tensor[1, 1]);
        tensor.Fill(4);
        Assert.Equal([4, 4, 4, 4, 4, 4], view.ToArray());
    }

    [Fact]
    public void Reshape_works_out_the_axis_given_as_minus_one()
    {
        Tensor tensor = Tensor.Zeros([4, 3]);
        Assert.Equal([12], tensor.Reshape(-1).Shape);
        Assert.Equal([2, 6], tensor.Reshape(2, -1).Shape);
        Assert.Equal([2, 1, 6], tensor.Reshape(2, -1, 6).Shape);
        Assert.Equal([0, 5], Tensor.Zeros([0, 3]).Reshape(-1, 5).Shape);
        Assert.Equal([], Tensor.Zeros([1, 1]).Reshape().Shape);
        Assert.Equal([1, 1, 1, 1, 1, 1], Tensor.Scalar(2).Reshape(1, 1, 1, 1, 1, -1).Shape);
    }

    [Fact]
    public void Rows_and_ranges_share_memory()
    {
        Tensor tensor = Tensor.From([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]);
        Tensor view = tensor[1..3];
        Assert.Equal([2, 2], view.Shape);
        Assert.Equal([3, 4, 5, 6], view.ToArray());
        view[1, 1] = 60;
        Assert.Equal(60, tensor[2, 1]);
        Assert.Equal([7, 8], tensor[^1..].ToArray());
        Assert.Equal(tensor.ToArray(), tensor[..].ToArray());
        Assert.Equal([60], view[1..].Reshape(2)[1..].ToArray());
        Assert.Equal([0, 2], tensor[4..].Shape);
        Assert.Equal([0, 2], tensor.Rows(2, 0).Shape);
        Assert.Equal([2, 0], Tensor.Zeros([4, 0])[1..3].Shape);
    }

    [Fact]
    public void AsSpan_is_the_memory_itself()
    {
        Tensor tensor = Tensor.Zeros([2, 2]);
        tensor[1..].AsSpan()[0] = 5;
        Assert.Equal(5, tensor[1, 0]);
        Assert.Equal(4, tensor.AsSpan().Length);
    }

    [Fact]
    public void Clone_and_ToArray_are_copies()
    {
        Tensor tensor = Tensor.Ones([3]);
        Tensor clone = tensor.Clone();
        float[] array = tensor.ToArray();
        tensor.Fill(7);
        Assert.Equal([1, 1, 1], clone.ToArray());
        Assert.Equal([1, 1, 1], array);
    }

    [Fact]
    public void CopyFrom_takes_a_tensor_even_one_that_overlaps()
    {
        Tensor tensor = Tensor.From(1, 2, 3, 4, 5);
        tensor.Rows(1, 4).CopyFrom(tensor.Rows(0, 4));
        Assert.Equal([1, 1, 2, 3, 4], tensor.ToArray());
    }

    [Fact]
    public void To_the_same_device_is_the_tensor_itself()
    {
        Tensor tensor = Tensor.Ones([3]);
        Assert.Same(tensor, tensor.To(Device.Cpu));
        using CpuDevice other = new(1);
        Tensor moved = tensor.To(other);
        Assert.Same(other, moved.Device);
        tensor.Fill(2);
        Assert.Equal([1, 1, 1], moved.ToArray());
        Assert.Equal([3, 3, 3], (tensor + moved).ToArray());
    }

    [Fact]
    public void Rows_lie_within_the_tensor_even_if_there_are_none()
    {
        Tensor tensor = Tensor.Ones([3, 2]);
        Assert.Equal([0, 2], tensor.Rows(3, 0).Shape);
        Assert.Equal([0, 2], tensor[3..].Shape);
        Assert.Equal([1, 2], tensor.Rows(2, 1).Shape);
        foreach ((int start, int count) in (ReadOnlySpan<(int, int)>)[(4, 0), (int.MaxValue, 0), (2, 2), (3, 1), (0, 4), (-1, 1), (1, -1)])
        {
            Assert.StartsWith(
                $"Rows: {count} rows from {start} were asked for; the tensor of shape [3, 2] has 3",
                Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Rows(start, count)).Message,
                StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => tensor[4..4]);
    }

    [Fact]
    public void Tensors_that_share_a_single_element_overlap()
    {
        Tensor tensor = Tensor.From(1, 2, 3, 4, 5);
        Tensor left = tensor.Rows(0, 3), right = tensor.Rows(2, 3);
        Assert.True(left.Overlaps(right));
        Assert.True(right.Overlaps(left));
        Assert.True(tensor.Rows(2, 1).Overlaps(tensor));
        Assert.Throws<ArgumentException>(() => left.Negate(right));
        Assert.Throws<ArgumentException>(() => right.Negate(left));
        Assert.Equal([1, 2, 3, 4, 5], tensor.ToArray());
        tensor.Rows(0, 2).Negate(tensor.Rows(2, 2));
        Assert.Equal([1, 2, -1, -2, 5], tensor.ToArray());
    }

    [Fact]
    public void An_empty_view_overlaps_nothing()
    {
        Tensor tensor = Tensor.Zeros([5, 0]);
        Tensor square = Tensor.Ones([4, 4]);
        Assert.False(square.Rows(2, 0).Overlaps(square));
        Assert.False(square.Overlaps(square.Rows(2, 0)));
        Assert.False(square.Rows(0, 2).Overlaps(square.Rows(2, 2)));
        Assert.True(square.Rows(0, 3).Overlaps(square.Rows(2, 2)));
        Assert.Equal([5, 0], tensor.Exp(tensor).Shape);
    }

    [Fact]
    public void A_row_and_the_rows_of_foreach_share_memory()
    {
        Tensor tensor = Tensor.From([1, 2, 3, 4, 5, 6], [3, 2]);
        Tensor row = tensor.Row(1);
        Assert.Equal([2], row.Shape);
        row[0] = 30;
        Assert.Equal(30, tensor[1, 0]);
        Assert.Equal([5, 6], tensor.Row(^1).ToArray());
        Assert.Equal(4, tensor.Row(1).Row(1).Item());
        List<float> sums = [];
        foreach (Tensor each in tensor)
        {
            sums.Add(each.Sum().Item());
            each.Fill(7);
        }

        Assert.Equal([3, 34, 11], sums);
        Assert.Equal([7, 7, 7, 7, 7, 7], tensor.ToArray());
        Assert.StartsWith(
            "Row: row 3 was asked for; the tensor of shape [3, 2] has 3, numbered from 0.",
            Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Row(3)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Row(^0));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Row(-1));
        Assert.Throws<ShapeException>(() => Tensor.Scalar(1).Row(0));
        Assert.StartsWith("foreach:", Assert.Throws<ShapeException>(() => Tensor.Scalar(1).GetEnumerator()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Squeeze_Unsqueeze_and_Flatten_share_memory()
    {
        Tensor tensor = Tensor.From([1, 2, 3, 4, 5, 6], [2, 1, 3, 1]);
        Assert.Equal([2, 3], tensor.Squeeze().Shape);
        Assert.Equal([2, 3, 1], tensor.Squeeze(1).Shape);
        Assert.Equal([2, 1, 3], tensor.Squeeze(-1).Shape);
        Assert.Equal(tensor.Shape, tensor.Squeeze(0).Shape);
        Assert.Equal([1, 2, 1, 3, 1], tensor.Unsqueeze(0).Shape);
        Assert.Equal([2, 1, 3, 1, 1], tensor.Unsqueeze(-1).Shape);
        Assert.Equal([2, 1, 1, 3, 1], tensor.Unsqueeze(-3).Shape);
        Assert.Equal([1], Tensor.Scalar(1).Unsqueeze(0).Shape);
        Assert.Equal([6], tensor.Flatten().Shape);
        Assert.Equal([2, 3], tensor.Flatten(1).Shape);
        Assert.Equal([2, 3, 1], tensor.Flatten(0, 1).Unsqueeze(-1).Flatten(1, -2).Shape);
        Assert.Equal(tensor.Shape, tensor.Flatten(2, 2).Shape);
        Assert.Equal([1], Tensor.Scalar(1).Flatten().Shape);
        Assert.Equal([0], Tensor.Zeros([3, 0]).Flatten().Shape);
        foreach (Tensor view in (ReadOnlySpan<Tensor>)[tensor.Squeeze(), tensor.Squeeze(1), tensor.Unsqueeze(0), tensor.Flatten(1)])
        {
            Assert.True(view.Overlaps(tensor));
            Assert.Equal(tensor.ToArray(), view.ToArray());
        }
    }
}
