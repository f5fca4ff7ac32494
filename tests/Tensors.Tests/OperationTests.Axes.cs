namespace Quern.Tensors.Tests;

public abstract partial class OperationTests
{
    public static TheoryData<string> AxisOperations => AxisOperation.Names;

    [Theory]
    [MemberData(nameof(AxisOperations))]
    public void Operations_along_an_axis_agree_with_the_plain_formula(string name)
    {
        AxisOperation operation = AxisOperation.Named(name);
        foreach (Shape shape in (ReadOnlySpan<Shape>)[.. Shapes, [20011, 3], [3, 20011], [5, 1031, 7], [70_001]])
        {
            // In the middle of other numbers, so that a place beyond the operand is noticed.
            float[] numbers = Plain.Numbers(shape.ElementCount, 1, operation.Low, operation.High);
            Tensor memory = Tensor.Full([numbers.Length + 9], -77, device);
            Tensor x = memory.Rows(4, numbers.Length).Reshape(shape.ToArray());
            x.CopyFrom(numbers);
            for (int axis = 0; axis < shape.Rank; axis++)
            {
                if (shape[axis] == 0 && !operation.TakesNothing)
                {
                    continue;
                }

                Tensor result = operation.Run(x, axis);
                (double[] expected, Shape expectedShape) = Plain.Along(numbers, shape, axis, operation.Plain);
                Assert.Equal(shape.ElementCount == 0 ? shape.With(axis, result.Shape[axis]) : expectedShape, result.Shape);
                Assert.Same(device, result.Device);
                Assert.False(result.Overlaps(memory));
                Plain.AssertClose(expected, result, SumTolerance(shape[axis]), $"{name} of {shape} along axis {axis}");
                Assert.Equal(result.ToArray(), operation.Run(x, axis - shape.Rank).ToArray());
                Assert.Equal(numbers, x.ToArray());
            }
        }
    }

    [Theory]
    [MemberData(nameof(AxisOperations))]
    public void Operations_along_an_axis_see_NaN_and_infinities_wherever_they_are(string name)
    {
        AxisOperation operation = AxisOperation.Named(name);
        foreach (float special in (ReadOnlySpan<float>)[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            for (int place = 0; place < 67; place += 3)
            {
                float[] numbers = Plain.Numbers(67, 1, operation.Low, operation.High);
                numbers[place] = special;
                numbers[66 - place] = float.NegativeInfinity;
                foreach (Shape shape in (ReadOnlySpan<Shape>)[[67], [67, 1], [1, 67]])
                {
                    int axis = shape[0] == 1 ? 1 : 0;
                    (double[] expected, _) = Plain.Along(numbers, shape, axis, operation.Plain);
                    Plain.AssertClose(expected, operation.Run(Tensor.From(numbers, shape, device), axis), SumTolerance(67), $"{name}, {special} at {place} of {shape}");
                }
            }
        }
    }

    // The figures are PyTorch's.
    [Fact]
    public void An_index_may_be_shorter_than_the_tensor_along_the_other_axes()
    {
        Tensor x = Tensor.From([1f, 2, 3, 4, 5, 6], [2, 3], device);
        Assert.Equal([1, 1, 3], x.Gather(1, Tensor.From([0f, 0, 2], [1, 3], device)).ToArray());
        Assert.Equal([1, 5, 4, 2, 1, 5], x.Gather(0, Tensor.From([0f, 1, 1, 0, 0, 1], [3, 2], device)).ToArray());

        Tensor zeros = Tensor.Zeros([3, 5], device);
        Tensor index = Tensor.From([0f, 1, 2, 0], [1, 4], device);
        Tensor source = Tensor.From([1f, 2, 3, 4, 5, 6, 7, 8], [2, 4], device);
        Assert.Equal([1, 0, 0, 4, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0], zeros.Scatter(0, index, source).ToArray());
        Assert.Equal([3, 2, 2, 3, 2, 2, 3, 2, 2, 2, 2, 2, 3, 2, 2], (zeros + 2).ScatterAdd(0, index, Tensor.Ones([2, 4], device)).ToArray());
        Assert.Equal(zeros.ToArray(), zeros.Scatter(0, Tensor.Zeros([0, 4], device), source).ToArray());
    }

    [Fact]
    public void Of_equal_places_the_last_is_written_and_all_are_added_in_order()
    {
        Tensor index = Tensor.Zeros([5], device);
        Tensor source = Tensor.From([1e8f, 1, -1e8f, 3, -0f], [5], device);
        Assert.Equal(1 / -0f, 1 / Tensor.Ones([2], device).Scatter(0, index, source)[0]);
        Assert.Equal([3, 1], Tensor.From([0f, 1], [2], device).ScatterAdd(0, index, source).ToArray());
    }

    [Fact]
    public void Operations_along_an_axis_write_to_a_result_that_is_given()
    {
        Tensor x = Tensor.From(Plain.Numbers(30, 1), [2, 3, 5], device);
        Tensor places = Tensor.From([1f, 0], [2], device);
        Tensor index = Tensor.Zeros([2, 1, 5], device);
        foreach ((Func<Tensor?, Tensor> run, Shape shape, bool isInPlace) in (ReadOnlySpan<(Func<Tensor?, Tensor>, Shape, bool)>)
            [
                (result => x.IndexSelect(1, places, result), [2, 2, 5], false),
                (result => x.Gather(1, index, result), [2, 1, 5], false),
                (result => x.Scatter(1, index, x, result), [2, 3, 5], false),
                (result => x.Scatter(1, index, 3, result), [2, 3, 5], true),
                (result => x.ScatterAdd(1, index, index, result), [2, 3, 5], true),
                (result => x.CumSum(1, result), [2, 3, 5], true),
                (result => x.CumProd(2, result), [2, 3, 5], true),
            ])
        {
            Tensor given = Tensor.Full(shape, 5, device);
            int version = given.Version;
            Assert.Same(given, run(given));
            Assert.NotEqual(version, given.Version);
            float[] expected = run(null).ToArray();
            Assert.Equal(expected, given.ToArray());
            Assert.Throws<ShapeException>(() => run(Tensor.Zeros([1], device)));
            if (isInPlace)
            {
                Assert.Equal(expected, run(x).ToArray());
            }
            else if (shape == x.Shape)
            {
                Assert.Throws<ArgumentException>(() => run(x));
            }
        }

        Tensor square = Tensor.Zeros([3, 3], device);
        Assert.Throws<ArgumentException>(() => square.Gather(0, square.Clone(), square));
        Assert.Throws<ArgumentException>(() => square.Clone().Gather(0, square, square));
        Assert.Throws<ArgumentException>(() => square.Clone().Scatter(0, square, 1, square));
        Assert.Throws<ArgumentException>(() => square.IndexSelect(0, Tensor.Arange(3, device), square));
        Assert.Throws<ArgumentException>(() => square[..2].CumSum(0, square[1..]));
    }

    [Fact]
    public void A_place_that_is_none_is_refused()
    {
        Tensor x = Tensor.Zeros([2, 3], device);
        foreach (float wrong in (ReadOnlySpan<float>)[3, -1, 0.5f, float.NaN, float.PositiveInfinity, 1e30f])
        {
            Tensor index = Tensor.From([0, 1, wrong], [1, 3], device);
            string message = $": element 2 of the index is {wrong}; axis 1 of the tensor of shape [2, 3] has the places 0 to 2.";
            Assert.StartsWith("Gather" + message, Assert.Throws<ArgumentException>(() => x.Gather(-1, index)).Message, StringComparison.Ordinal);
            Assert.StartsWith("Scatter" + message, Assert.Throws<ArgumentException>(() => x.Scatter(1, index, 1)).Message, StringComparison.Ordinal);
            Assert.StartsWith("ScatterAdd" + message, Assert.Throws<ArgumentException>(() => x.ScatterAdd(1, index, index)).Message, StringComparison.Ordinal);
            Assert.StartsWith("IndexSelect" + message, Assert.Throws<ArgumentException>(() => x.IndexSelect(1, index.Flatten())).Message, StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentException>(() => x.IndexSelect(1, int.MinValue));
        Assert.Throws<ArgumentException>(() => x.IndexSelect(1, int.MaxValue));
        Assert.Throws<ArgumentException>(() => Tensor.Zeros([0], device).IndexSelect(0, 0));
    }

    [Fact]
    public void Running_sums_are_as_good_as_short_ones()
    {
        Tensor tenths = Tensor.Full([1_000_000], 0.1f, device).CumSum(0);
        Assert.Equal(500_000 * (double)0.1f, tenths[499_999], 0.01);
        Assert.Equal(1_000_000 * (double)0.1f, tenths[^1], 0.01);

        // The figures are PyTorch's.
        Assert.Equal([1, float.PositiveInfinity, float.NaN, float.NaN], Tensor.From([1, float.PositiveInfinity, float.NegativeInfinity, 1], [4], device).CumSum(0).ToArray());
        Assert.Equal([2, 0, float.NaN, float.NaN], Tensor.From([2, 0, float.PositiveInfinity, 3], [4], device).CumProd(0).ToArray());
        Assert.Equal([3e38f, float.PositiveInfinity], Tensor.From([3e38f, 3e38f], [2], device).CumSum(0).ToArray());
        Assert.Equal(1 / 0f, 1 / Tensor.From([-0f], [1], device).CumSum(0).Item());
    }

    // The figures are PyTorch's, of its stable sort.
    [Fact]
    public void NaN_is_greater_than_any_number_and_equal_elements_keep_their_order()
    {
        Tensor x = Tensor.From([2, float.NaN, -0f, float.PositiveInfinity, 0, float.NegativeInfinity, 2, -float.NaN, -1], [9], device);
        (Tensor values, Tensor indices) = x.Sort();
        Assert.Equal([float.NegativeInfinity, -1, 0, 0, 2, 2, float.PositiveInfinity, float.NaN, float.NaN], values.ToArray());
        Assert.Equal([5, 8, 2, 4, 0, 6, 3, 1, 7], indices.ToArray());
        Assert.True(float.IsNegative(values[2]) && !float.IsNegative(values[3]));
        (values, indices) = x.Sort(descending: true);
        Assert.Equal([float.NaN, float.NaN, float.PositiveInfinity, 2, 2, 0, 0, -1, float.NegativeInfinity], values.ToArray());
        Assert.Equal([1, 7, 3, 0, 6, 2, 4, 8, 5], indices.ToArray());
        Assert.True(float.IsNegative(values[5]) && !float.IsNegative(values[6]));
        Assert.Equal([1, 7, 3, 0], x.TopK(4).Indices.ToArray());
        Assert.Equal([float.NegativeInfinity, -1, 0, 0], x.TopK(4, largest: false).Values.ToArray());
    }

    // Long enough for every way to sort, each with elements of few values, and of all magnitudes.
    [Fact]
    public void Elements_of_any_magnitude_are_in_order()
    {
        foreach (int length in (ReadOnlySpan<int>)[1, 2, 3, 511, 512, 513, 4099])
        {
            Random random = new(length);
            float[] all = [.. Enumerable.Range(0, length).Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)))];
            float[] few = [.. Enumerable.Range(0, length).Select(_ => (float)random.Next(-2, 2))];
            foreach (float[] numbers in (float[][])[all, few, new float[length]])
            {
                float[] plain = numbers;
                int[] order = [.. Enumerable.Range(0, length).OrderBy(i => float.IsNaN(plain[i]) ? 1 : 0).ThenBy(i => float.IsNaN(plain[i]) ? 0 : plain[i])];
                (Tensor values, Tensor indices) = Tensor.From(numbers, [length], device).Sort();
                Assert.Equal(order.Select(i => (float)i), indices.ToArray());
                Assert.Equal(order.Select(i => plain[i]), values.ToArray());
                int k = length / 5;
                (values, indices) = Tensor.From(numbers, [length], device).TopK(k, largest: false);
                Assert.Equal(order[..k].Select(i => (float)i), indices.ToArray());
                Assert.Equal(order[..k].Select(i => plain[i]), values.ToArray());
            }
        }
    }

    // The figures are PyTorch's.
    [Fact]
    public void Medians_and_quantiles_have_the_figures_of_PyTorch()
    {
        const float Infinity = float.PositiveInfinity, NaN = float.NaN;
        Assert.Equal(2, Tensor.From([4f, 1, 3, 2], [4], device).Median().Item());
        Assert.Equal(NaN, Tensor.From([4, NaN, 3, 2], [4], device).Median().Item());
        foreach ((float[] x, double q, float expected) in (ReadOnlySpan<(float[], double, float)>)
            [
                ([8, 2, 4, 1], 0.4, 2.4f), ([8, 2, 4, 1], 0.9, 6.8f), ([8, 4, NaN, 1], 0.4, NaN), ([3], 0.7, 3), ([Infinity, Infinity], 0.3, NaN),
                ([-Infinity, Infinity], 0.5, NaN), ([1, Infinity], 0.5, NaN), ([1, Infinity], 0, 1), ([-Infinity, 1], 1, 1), ([-Infinity, 1], 0.25, NaN),
            ])
        {
            Assert.Equal(expected, Tensor.From(x, [x.Length], device).Quantile(q).Item(), 1e-6f);
        }
    }
}
