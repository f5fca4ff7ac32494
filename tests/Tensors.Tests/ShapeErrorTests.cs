namespace Quern.Tensors.Tests;

/// <summary>What a user reads when operands do not fit: the whole message, since the message is the feature.</summary>
public sealed class ShapeErrorTests
{
    public static TheoryData<string> Unary => UnaryOperation.Names;

    public static TheoryData<string> Binary => BinaryOperation.Names;

    public static TheoryData<string> Reductions => Reduction.Names;

    [Fact]
    public void MatMul_names_both_shapes_and_guesses_what_was_meant()
    {
        Assert.Equal(
            "MatMul: the left operand has shape [128, 784] and the right [256, 784]; the left's last axis (784) must equal the right's first (256). Did you mean transposeRight: true?",
            Message(() => Tensor.Zeros([128, 784]).MatMul(Tensor.Zeros([256, 784]))));
        Assert.Equal(
            "MatMul: the left operand has shape [5, 3] and the right [5, 4]; the left's last axis (3) must equal the right's first (5). Did you mean transposeLeft: true?",
            Message(() => Tensor.Zeros([5, 3]).MatMul(Tensor.Zeros([5, 4]))));
        Assert.Equal(
            "MatMul: the left operand has shape [5, 3] and the right [3, 4]; the left's last axis (3) must equal the right's last (transposed) (4). Did you mean transposeRight: false?",
            Message(() => Tensor.Zeros([5, 3]).MatMul(Tensor.Zeros([3, 4]), transposeRight: true)));
        Assert.Equal(
            "MatMul: the left operand has shape [5, 3] and the right [3, 4]; the left's first (transposed) axis (5) must equal the right's first (3). Did you mean transposeLeft: false?",
            Message(() => Tensor.Zeros([5, 3]).MatMul(Tensor.Zeros([3, 4]), transposeLeft: true)));
        Assert.Equal(
            "MatMul: the left operand has shape [2, 3] and the right [5, 7]; the left's last axis (3) must equal the right's first (5).",
            Message(() => Tensor.Zeros([2, 3]).MatMul(Tensor.Zeros([5, 7]))));
        Assert.Equal(
            "MatMul: the left operand has shape [6, 5, 3] and the right [6, 4, 3]; the left's last axis (3) must equal the right's last but one (4). Did you mean transposeRight: true?",
            Message(() => Tensor.Zeros([6, 5, 3]).MatMul(Tensor.Zeros([6, 4, 3]))));
        Assert.Equal(
            "MatMul: the left operand has shape [4] and the right [2, 3]; the left's only axis (4) must equal the right's first (2).",
            Message(() => Tensor.Zeros([4]).MatMul(Tensor.Zeros([2, 3]))));
        Assert.Equal(
            "MatMul: the left operand has shape [2, 3, 4] and the right [3]; the left's last axis (4) must equal the right's only (3).",
            Message(() => Tensor.Zeros([2, 3, 4]).MatMul(Tensor.Zeros([3]))));
        Assert.Equal(
            "MatMul: the left operand has shape [2, 3, 4] and the right [3, 4, 5]; the axes before those of the matrices must broadcast: aligned at the last of them, each pair of lengths must be equal or one of them 1.",
            Message(() => Tensor.Zeros([2, 3, 4]).MatMul(Tensor.Zeros([3, 4, 5]))));
        Assert.Equal(
            "MatMul: the left operand has shape [] and the right [2, 2]; both must have at least one axis. To multiply by a number, use *.",
            Message(() => Tensor.Zeros([]).MatMul(Tensor.Zeros([2, 2]))));
    }

    [Theory]
    [InlineData(new[] { 2, 3 }, new[] { 2 }, " Use Reshape(2, 1) on the right.")]
    [InlineData(new[] { 2 }, new[] { 2, 3 }, " Use Reshape(2, 1) on the left.")]
    [InlineData(new[] { 5, 2, 3, 4 }, new[] { 2, 3 }, " Use Reshape(1, 2, 3, 1) on the right.")]
    [InlineData(new[] { 2, 3 }, new[] { 4 }, "")]
    [InlineData(new[] { 2, 3 }, new[] { 3, 2 }, "")]
    [InlineData(new[] { 2, 3, 4 }, new[] { 3, 2 }, "")]
    public void Shapes_that_do_not_broadcast_have_a_remedy_where_axes_of_length_1_mend_it(int[] left, int[] right, string remedy) => Assert.EndsWith(
        $"each pair of lengths must be equal or one of them 1.{remedy}", Message(() => Tensor.Zeros(left) + Tensor.Zeros(right)), StringComparison.Ordinal);

    [Fact]
    public void Operations_with_places_name_the_shapes_that_do_not_fit()
    {
        Tensor x = Tensor.Zeros([2, 3]);
        Assert.Equal(
            "Gather: the index has shape [3, 3] and the tensor [2, 3]; the index must have as many axes, and none but axis 1 may be longer.",
            Message(() => x.Gather(1, Tensor.Zeros([3, 3]))));
        Assert.Equal(
            "ScatterAdd: the index has shape [2] and the tensor [2, 3]; the index must have as many axes, and none but axis 0 may be longer.",
            Message(() => x.ScatterAdd(0, Tensor.Zeros([2]), x)));
        Assert.Equal(
            "Scatter: the index has shape [5, 3] and the source [2, 3]; the source must have as many axes, none shorter.",
            Message(() => x.Scatter(0, Tensor.Zeros([5, 3]), x)));
        Assert.Equal(
            "IndexSelect: the indices have shape [2, 3]; they must have one axis. Flatten makes one of several; Gather takes a place for each element.",
            Message(() => x.IndexSelect(0, x)));
        Assert.Equal(
            "IndexSelect: axis 1 of the tensor of shape [0, 16777217] has 16777217 places; a float numbers at most 16777216. Take the parts of the axis one by one.",
            Message(() => Tensor.Zeros([0, (1 << 24) + 1]).IndexSelect(1, 0)));
    }

    [Fact]
    public void Orders_say_what_they_take()
    {
        Tensor x = Tensor.Zeros([2, 3]);
        foreach (int k in (ReadOnlySpan<int>)[4, -1])
        {
            Assert.StartsWith(
                $"TopK: {k} elements were asked for; axis 1 of the tensor of shape [2, 3] has 3.",
                Assert.Throws<ArgumentOutOfRangeException>(() => x.TopK(k)).Message,
                StringComparison.Ordinal);
        }

        foreach (double q in (ReadOnlySpan<double>)[-0.1, 1.1, double.NaN])
        {
            Assert.StartsWith("Quantile: q must be from 0 to 1.", Assert.Throws<ArgumentOutOfRangeException>(() => x.Quantile(q)).Message, StringComparison.Ordinal);
        }

        Assert.Equal(
            "Sort: axis 1 of the tensor of shape [0, 16777217] has 16777217 places; a float numbers at most 16777216. Take the parts of the axis one by one.",
            Message(() => Tensor.Zeros([0, (1 << 24) + 1]).Sort()));
    }

    [Fact]
    public void MatMul_refuses_a_result_that_does_not_fit()
    {
        Tensor left = Tensor.Zeros([2, 3]);
        Tensor right = Tensor.Zeros([3, 4]);
        Assert.Equal(
            "MatMul: the result has shape [2, 4], and the tensor given for it [4, 2]. Give one of the result's shape, or none.",
            Message(() => left.MatMul(right, result: Tensor.Zeros([4, 2]))));
        Tensor square = Tensor.Zeros([3, 3]);
        Assert.StartsWith(
            "MatMul: the result shares memory with the left operand, which it would overwrite while it is read. Give a tensor of its own.",
            Assert.Throws<ArgumentException>(() => square.MatMul(square.Clone(), result: square)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "MatMul: the result shares memory with the right operand, which it would overwrite while it is read. Give a tensor of its own.",
            Assert.Throws<ArgumentException>(() => square.Clone().MatMul(square, result: square)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "MatMul: accumulate adds to result, and none was given.",
            Assert.Throws<ArgumentNullException>(() => left.MatMul(right, accumulate: true)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Unary))]
    public void Unary_operations_refuse_a_result_that_does_not_fit(string name)
    {
        UnaryOperation operation = UnaryOperation.Named(name);
        Tensor x = Tensor.Ones([4, 3]);
        Assert.Equal(
            $"{name}: the result has shape [4, 3], and the tensor given for it [3, 4]. Give one of the result's shape, or none.",
            Message(() => operation.Run(x, Tensor.Zeros([3, 4]))));
        Tensor whole = Tensor.Ones([5, 3]);
        AssertPartialOverlap(name, () => operation.Run(whole.Rows(0, 4), whole.Rows(1, 4)));
        operation.Run(whole.Rows(0, 2), whole.Rows(2, 2));
    }

    [Theory]
    [MemberData(nameof(Binary))]
    public void Binary_operations_refuse_operands_that_do_not_fit(string name)
    {
        BinaryOperation operation = BinaryOperation.Named(name);
        Assert.Equal(
            $"{name}: the left operand has shape [2, 3] and the right [2]; aligned at the last axis, each pair of lengths must be equal or one of them 1. Use Reshape(2, 1) on the right.",
            Message(() => operation.Run(Tensor.Zeros([2, 3]), Tensor.Zeros([2]), null)));
        Assert.Equal(
            $"{name}: the result has shape [2, 3], and the tensor given for it [3]. Give one of the result's shape, or none.",
            Message(() => operation.Run(Tensor.Ones([2, 3]), Tensor.Ones([3]), Tensor.Ones([3]))));
        Tensor whole = Tensor.Ones([5, 3]);
        AssertPartialOverlap(name, () => operation.Run(whole.Rows(0, 4), Tensor.Ones([4, 3]), whole.Rows(1, 4)));
        AssertPartialOverlap(name, () => operation.Run(Tensor.Ones([4, 3]), whole.Rows(1, 4), whole.Rows(0, 4)));
        AssertPartialOverlap(name, () => operation.Run(whole, whole.Rows(0, 1), whole));
        Assert.Throws<ArgumentNullException>(() => operation.Run(whole, null!, null));
    }

    [Theory]
    [MemberData(nameof(Reductions))]
    public void Reductions_refuse_axes_and_results_that_do_not_fit(string name)
    {
        Reduction operation = Reduction.Named(name);
        string method = name.Split('(')[0]; // a row may name an argument too
        Tensor x = Tensor.Ones([4, 3]);
        foreach (Index axis in (ReadOnlySpan<Index>)[2, ^3, int.MaxValue])
        {
            Assert.StartsWith(
                $"{method}: the tensor of shape [4, 3] has 2 axes, numbered from 0; there is no axis ",
                Assert.Throws<ArgumentOutOfRangeException>(() => operation.Run(x, axis, false, null)).Message,
                StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => operation.Run(x, ^0, false, null));
        Assert.Throws<ArgumentOutOfRangeException>(() => operation.Run(Tensor.Scalar(1), 0, false, null));
        Assert.Equal(
            $"{method}: the result has shape [3], and the tensor given for it [4]. Give one of the result's shape, or none.",
            Message(() => operation.Run(x, 0, false, Tensor.Zeros([4]))));
        Assert.Equal(
            $"{method}: the result has shape [1, 3], and the tensor given for it [3]. Give one of the result's shape, or none.",
            Message(() => operation.Run(x, 0, true, Tensor.Zeros([3]))));
        Assert.StartsWith(
            $"{method}: the result shares memory with the operand, which it would overwrite while it is read. Give a tensor of its own.",
            Assert.Throws<ArgumentException>(() => operation.Run(x, 0, true, x.Rows(2, 1))).Message,
            StringComparison.Ordinal);
        if (operation.OfNothing is null)
        {
            string nothing = $"{method}: the tensor of shape [3, 0] has no elements to choose from. Give a tensor with at least one.";
            Assert.Equal(nothing, Message(() => operation.Run(Tensor.Zeros([3, 0]), 1, false, null)));
            Assert.Equal([0], operation.Run(Tensor.Zeros([3, 0]), 0, false, null).Shape);
            if (operation.RunWhole is not null)
            {
                Assert.Equal(nothing, Message(() => operation.RunWhole(Tensor.Zeros([3, 0]))));
            }
        }
    }

    [Fact]
    public void Transpose_takes_matrices_only()
    {
        Assert.Equal(
            "Transpose: the tensor has shape [2, 3, 4]; only a matrix, with two axes, is transposed. Say which two axes to swap: Transpose(-2, -1) transposes each matrix.",
            Message(() => Tensor.Zeros([2, 3, 4]).Transpose()));
        Assert.Equal(
            "Transpose: the tensor has shape [3]; only a matrix, with two axes, is transposed. For a column, use Reshape(3, 1).",
            Message(() => Tensor.Zeros([3]).Transpose()));
        Assert.Equal(
            "Transpose: the result has shape [3, 2], and the tensor given for it [2, 3]. Give one of the result's shape, or none.",
            Message(() => Tensor.Zeros([2, 3]).Transpose(Tensor.Zeros([2, 3]))));
        Tensor square = Tensor.Zeros([3, 3]);
        Assert.StartsWith(
            "Transpose: the result shares memory with the operand, which it would overwrite while it is read. Give a tensor of its own.",
            Assert.Throws<ArgumentException>(() => square.Transpose(square)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Reshape_says_why_a_shape_cannot_be_had()
    {
        Tensor tensor = Tensor.Zeros([4, 3]);
        Assert.Equal(
            "Reshape: the tensor has shape [4, 3] with 12 elements; the new shape [5, 2] holds 10. Both must hold equally many.",
            Message(() => tensor.Reshape(5, 2)));
        Assert.Equal(
            "Reshape: the tensor has shape [4, 3] with 12 elements; the axis given as -1 in [5, -1] cannot be worked out, since the others hold 5.",
            Message(() => tensor.Reshape(5, -1)));
        Assert.Equal(
            "Reshape: the tensor has shape [0, 3] with 0 elements; the axis given as -1 in [0, -1] cannot be worked out, since the others hold 0.",
            Message(() => Tensor.Zeros([0, 3]).Reshape(0, -1)));
        Assert.Equal("Reshape: [-1, 2, -1] has -1 more than once; only one axis can be worked out.", Message(() => tensor.Reshape(-1, 2, -1)));
        Assert.Equal(
            "Shape: axis 0 has length -2; a length is zero or more. Only Reshape takes -1, for the axis it is to work out.",
            Message(() => tensor.Reshape(-2, 6)));
        Assert.Equal(
            "Shape: 7 axes were given; a tensor has at most 6. Merge axes with a product of their lengths.",
            Message(() => tensor.Reshape(-1, 1, 1, 1, 1, 1, 1)));
        Assert.Throws<ShapeException>(() => tensor.Reshape(new int[10_000_000]));
    }

    [Fact]
    public void Rows_that_do_not_exist_are_an_error()
    {
        Tensor tensor = Tensor.Zeros([4, 3]);
        foreach ((int start, int count) in (ReadOnlySpan<(int, int)>)[(0, 5), (4, 1), (-1, 1), (2, -1), (int.MaxValue, int.MaxValue), (1, int.MaxValue)])
        {
            Assert.StartsWith(
                $"Rows: {count} rows from {start} were asked for; the tensor of shape [4, 3] has 4, numbered from 0.",
                Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Rows(start, count)).Message,
                StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => tensor[3..2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor[..5]);
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor[^5..]);
        string message = "Rows: the tensor is a single number, of shape []; only a tensor with an axis has rows.";
        Assert.Equal(message, Message(() => Tensor.Scalar(1).Rows(0, 1)));
        Assert.Equal(message, Message(() => Tensor.Scalar(1)[..]));
    }

    [Fact]
    public void Indices_that_do_not_fit_are_an_error()
    {
        Tensor tensor = Tensor.Zeros([4, 3]);
        Assert.StartsWith(
            "Indexer: 1 indices were given; the tensor of shape [4, 3] takes 2, one per axis. Row(i) is a row, and so is tensor[i, ..].",
            Assert.Throws<ArgumentException>(() => tensor[1]).Message,
            StringComparison.Ordinal);
        foreach ((int row, int column) in (ReadOnlySpan<(int, int)>)[(1, 3), (0, -1)])
        {
            Assert.StartsWith(
                "Indexer: axis 1 of a tensor of shape [4, 3] has length 3; its indices run from 0.",
                Assert.Throws<ArgumentOutOfRangeException>(() => tensor[row, column] = 1).Message,
                StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => tensor[4, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.Zeros([0])[0]);
    }

    [Fact]
    public void Numbers_that_do_not_fill_a_shape_are_an_error()
    {
        Assert.Equal(
            "From: 5 values were given for shape [2, 3], which holds 6. Give as many values as the shape holds.",
            Message(() => Tensor.From([1, 2, 3, 4, 5], [2, 3])));
        Tensor tensor = Tensor.Zeros([2, 3]);
        Assert.Equal(
            "CopyFrom: the span has 5 elements and the tensor of shape [2, 3] has 6; they must be equal.",
            Assert.Throws<ArgumentException>(() => tensor.CopyFrom(new float[5])).Message);
        Assert.Equal(
            "CopyTo: the span has 7 elements and the tensor of shape [2, 3] has 6; they must be equal.",
            Assert.Throws<ArgumentException>(() => tensor.CopyTo(new float[7])).Message);
        Assert.Equal(
            "CopyFrom: the source has shape [3, 2] and this tensor [2, 3]; they must be the same. Reshape one of them.",
            Message(() => tensor.CopyFrom(Tensor.Zeros([3, 2]))));
        Assert.Equal(
            "Item: the tensor has shape [2, 3] with 6 elements; Item takes a tensor with one. Index it, or use ToArray.",
            Message(() => tensor.Item()));
        Assert.EndsWith("Item takes a tensor with one.", Message(() => Tensor.Zeros([0]).Item()), StringComparison.Ordinal);
        Assert.EndsWith("they must be the same.", Message(() => tensor.CopyFrom(Tensor.Zeros([4]))), StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => Tensor.Zeros([0]).Item());
    }

    [Fact]
    public void Gather_refuses_rows_that_do_not_exist()
    {
        DeviceMemory<byte> source = Device.Cpu.Allocate<byte>(12);
        DeviceMemory<int> rows = Device.Cpu.Allocate<int>(3);
        Assert.Equal(
            "Gather: the tensor has shape [2, 5], so rows of 5; the source holds 12 bytes, which must be a whole number of rows.",
            Message(() => Tensor.Zeros([2, 5]).Gather(source, rows, 0, 1)));
        Assert.StartsWith(
            "Gather: 2 row numbers from 2 were asked for; there are 3.",
            Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.Zeros([2, 4]).Gather(source, rows, 2, 1)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.Zeros([2, 4]).Gather(source, rows, -1, 1));
        rows.CopyFrom([0, 3, 1]);
        Assert.ThrowsAny<ArgumentException>(() => Tensor.Zeros([2, 4]).Gather(source, rows, 0, 1));
    }

    [Fact]
    public void Random_numbers_refuse_bounds_that_are_no_range()
    {
        Generator generator = new(1);
        Assert.StartsWith(
            "FillRandom: low is 2 and high 1; low must be at most high, and both finite.",
            Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.Random([3], generator, 2, 1)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.Random([3], generator, float.NaN, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.Random([3], generator, 0, float.PositiveInfinity));
        Assert.StartsWith(
            "FillRandomNormal: the standard deviation is -1; it must be finite and zero or more.",
            Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.RandomNormal([3], generator, 0, -1)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.RandomNormal([3], generator, float.NaN));
        Assert.Equal(0UL, generator.Stream);
    }

    [Fact]
    public void More_than_a_device_holds_in_one_piece_is_an_error()
    {
        Assert.Equal(
            $"Device cpu: 10000000000 elements were asked for in one piece; it holds at most {Array.MaxLength - 1840}. Use several tensors.",
            Message(() => Tensor.Zeros([100_000, 100_000])));
        Assert.Throws<ShapeException>(() => Tensor.Zeros([100_000, 0]).MatMul(Tensor.Zeros([0, 100_000])));
        Assert.Throws<ArgumentOutOfRangeException>(() => Device.Cpu.Allocate<float>(-1));
    }

    private static string Message(Func<object> operation) => Assert.Throws<ShapeException>(operation).Message;

    private static string Message(Action operation) => Assert.Throws<ShapeException>(operation).Message;

    private static void AssertPartialOverlap(string name, Func<Tensor> operation) => Assert.StartsWith(
        $"{name}: the result overlaps an operand in part. Write exactly over the operand, or to a tensor of its own.",
        Assert.Throws<ArgumentException>(operation).Message,
        StringComparison.Ordinal);
}
