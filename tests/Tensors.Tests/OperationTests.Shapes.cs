namespace Quern.Tensors.Tests;

public abstract partial class OperationTests
{
    public static TheoryData<string> ShapeOperations => ShapeOperation.Names;

    [Theory]
    [MemberData(nameof(ShapeOperations))]
    public void Elements_are_put_where_the_plain_rule_puts_them(string name)
    {
        ShapeOperation operation = ShapeOperation.Named(name);
        float[] numbers = Plain.Numbers(operation.Shape.ElementCount, 1);
        for (int i = 0; i < numbers.Length; i += 7)
        {
            numbers[i] = i % 2 == 0 ? float.NaN : float.NegativeInfinity;
        }

        // In the middle of other numbers, so that a place beyond the operand is noticed.
        Tensor memory = Tensor.Full([(int)operation.Shape.ElementCount + 9], -77, device);
        Tensor x = memory.Rows(4, numbers.Length).Reshape(operation.Shape.ToArray());
        x.CopyFrom(numbers);

        Tensor result = operation.Run(x);
        Assert.Equal(operation.ResultShape, result.Shape);
        Assert.Same(device, result.Device);
        Assert.False(result.Overlaps(memory));
        Assert.Equal(operation.Expected(numbers), result.ToArray());
        Assert.Equal(numbers, x.ToArray());
    }

    [Fact]
    public void Padding_has_the_number_that_was_given()
    {
        Tensor padded = Tensor.From([1f, 2], [1, 2], device).Pad([1, 0, 0, 1], float.NegativeInfinity);
        const float Less = float.NegativeInfinity;
        Assert.Equal([Less, 1, 2, Less, Less, Less], padded.ToArray());
    }

    [Fact]
    public void Places_are_written_by_index_and_what_is_written_broadcasts()
    {
        Tensor x = Tensor.Zeros([3, 4], device);
        x[1, ..] = Tensor.From([1f, 2, 3, 4], [4], device);
        x[.., ^1] = Tensor.Scalar(9, device);
        x[2.., ..2] = Tensor.From([7f, 8], [2, 1], device).Rows(0, 1);
        x[..1] = Tensor.From([5f], [1], device);
        Assert.Equal([5, 5, 5, 5, 1, 2, 3, 9, 7, 7, 0, 9], x.ToArray());
        x[0, ^2] = 6;
        Assert.Equal(6, x[^3, 2]);

        Assert.Throws<ArgumentNullException>(() => x[0, ..] = null!);
        Assert.Throws<ArgumentNullException>(() => x[..1] = null!);

        // Over itself, as if the right side were there first.
        x[.., 1..] = x[.., ..3];
        Assert.Equal([5, 5, 5, 6, 1, 1, 2, 3, 7, 7, 7, 0], x.ToArray());
        x[1..3] += 1;
        Assert.Equal([5, 5, 5, 6, 2, 2, 3, 4, 8, 8, 8, 1], x.ToArray());
    }

    [Fact]
    public void Copies_are_written_to_a_result_that_is_given()
    {
        Tensor x = Tensor.From(Plain.Numbers(30, 1), [2, 3, 5], device);
        foreach ((Func<Tensor?, Tensor> run, Shape shape) in (ReadOnlySpan<(Func<Tensor?, Tensor>, Shape)>)
            [
                (result => x.Permute([2, 0, 1], result), [5, 2, 3]),
                (result => x.Transpose(0, 1, result), [3, 2, 5]),
                (result => x.Slice(2, 1, 4, 2, result), [2, 3, 2]),
                (result => Tensor.Concat([x, x], 1, result), [2, 6, 5]),
                (result => Tensor.Stack([x, x], 1, result), [2, 2, 3, 5]),
            ])
        {
            Tensor given = Tensor.Full(shape, 5, device);
            int version = given.Version;
            Assert.Same(given, run(given));
            Assert.NotEqual(version, given.Version);
            Assert.Equal(run(null).ToArray(), given.ToArray());
            Assert.Throws<ShapeException>(() => run(Tensor.Zeros([1], device)));
        }

        Tensor square = Tensor.Zeros([3, 3], device);
        Assert.Throws<ArgumentException>(() => square.Permute([1, 0], square));
        Assert.Throws<ArgumentException>(() => square.Slice(0, result: square));
        Assert.Throws<ArgumentException>(() => Tensor.Concat([Tensor.Zeros([1, 3], device), square[1..]], 0, square));
    }

    // Leading axes that are missing, broadcast, shared by all of the other side, or empty; inner axes of 0 and 1; vectors on either side.
    [Theory]
    [InlineData(new[] { 3, 5, 7 }, new[] { 3, 7, 2 })]
    [InlineData(new[] { 3, 5, 7 }, new[] { 7, 2 })]
    [InlineData(new[] { 5, 7 }, new[] { 3, 7, 2 })]
    [InlineData(new[] { 2, 1, 5, 7 }, new[] { 3, 7, 4 })]
    [InlineData(new[] { 2, 3, 5, 7 }, new[] { 2, 1, 7, 4 })]
    [InlineData(new[] { 2, 1, 3, 5, 7 }, new[] { 4, 1, 7, 2 })]
    [InlineData(new[] { 2, 3, 2, 2, 5, 1 }, new[] { 3, 1, 2, 1, 3 })]
    [InlineData(new[] { 0, 5, 7 }, new[] { 7, 2 })]
    [InlineData(new[] { 3, 5, 0 }, new[] { 3, 0, 2 })]
    [InlineData(new[] { 3, 0, 5 }, new[] { 5, 2 })]
    [InlineData(new[] { 7 }, new[] { 7 })]
    [InlineData(new[] { 7 }, new[] { 7, 2 })]
    [InlineData(new[] { 5, 7 }, new[] { 7 })]
    [InlineData(new[] { 7 }, new[] { 3, 7, 2 })]
    [InlineData(new[] { 3, 2, 5, 7 }, new[] { 7 })]
    [InlineData(new[] { 9, 67, 33 }, new[] { 9, 33, 61 })]
    [InlineData(new[] { 2, 130, 129 }, new[] { 2, 129, 260 })]
    public void Products_of_many_matrices_agree_with_the_plain_formula(int[] leftShape, int[] rightShape)
    {
        foreach ((bool transposeLeft, bool transposeRight) in (ReadOnlySpan<(bool, bool)>)[(false, false), (true, false), (false, true), (true, true)])
        {
            Shape stored = Stored(leftShape, transposeLeft), storedRight = Stored(rightShape, transposeRight);
            float[] leftNumbers = Plain.Numbers(stored.ElementCount, 1, -1, 1), rightNumbers = Plain.Numbers(storedRight.ElementCount, 2, -1, 1);
            Tensor left = Tensor.From(leftNumbers, stored, device), right = Tensor.From(rightNumbers, storedRight, device);
            int k = leftShape[^1];
            (double[] expected, Shape shape) = Plain.BatchedMatMul(leftNumbers, leftShape, transposeLeft, rightNumbers, rightShape, transposeRight);

            Tensor product = left.MatMul(right, transposeLeft, transposeRight);
            Assert.Equal(shape, product.Shape);
            Plain.AssertClose(expected, product, tolerance * (k + 1), "MatMul");

            Tensor sum = Tensor.Ones(shape, device);
            Assert.Same(sum, left.MatMul(right, transposeLeft, transposeRight, sum, accumulate: true));
            Plain.AssertClose([.. expected.Select(number => number + 1)], sum, tolerance * (k + 1), "MatMul that accumulates");
        }

        static Shape Stored(int[] shape, bool transpose) => transpose && shape.Length > 1 ? [.. shape[..^2], shape[^1], shape[^2]] : shape;
    }

    [Fact]
    public void Outer_is_every_product()
    {
        Tensor left = Tensor.From([1f, 2, 3], [3], device), right = Tensor.From([4f, 5], [2], device);
        Assert.Equal([4, 5, 8, 10, 12, 15], left.Outer(right).ToArray());
        Assert.Equal([3, 2], left.Outer(right).Shape);
        Tensor given = Tensor.Zeros([3, 2], device);
        Assert.Same(given, left.Outer(right, given));
    }
}
