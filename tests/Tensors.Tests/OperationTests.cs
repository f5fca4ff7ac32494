namespace Quern.Tensors.Tests;

/// <summary>
/// Every operation of a tensor against plain double precision, on one device. A device is tested by a class that derives from
/// this one.
/// </summary>
public abstract class OperationTests(Device device, double tolerance)
{
    // Ragged: none, one, primes, every rank, and enough elements for several pieces of work.
    private static readonly Shape[] Shapes =
    [
        [], [0], [1], [7], [97], [1031], [3, 0], [0, 3], [5, 7], [1, 13], [13, 1], [17, 131], [2, 3, 5], [4, 0, 2],
        [2, 1, 3, 5], [2, 3, 1, 2, 5], [2, 2, 3, 1, 2, 3], [1, 1, 1, 1, 1, 1], [131, 307],
    ];

    private static readonly (Shape Left, Shape Right)[] BroadcastPairs =
    [
        ([], []), ([], [5]), ([7], []), ([1], [13]), ([3, 5], [5]), ([5], [3, 5]), ([3, 5], [3, 1]), ([3, 1], [3, 5]),
        ([3, 1], [1, 5]), ([3], [7, 1]), ([2, 3, 5], [3, 1]), ([2, 1, 5], [3, 1]), ([1, 3, 1], [2, 1, 5]), ([1, 1], [5]),
        ([2, 3, 4, 5], [3, 1, 5]), ([2, 1, 4, 1, 3], [3, 1, 2, 1]), ([2, 1, 3, 1, 2, 1], [1, 2, 1, 3, 1, 2]),
        ([1, 1, 1, 1, 1, 1], [7]), ([2, 2, 3, 1, 2, 3], [2, 2, 3, 1, 2, 3]),
        ([0], [1]), ([1], [0]), ([3, 0], [1]), ([0, 1], [1, 5]), ([3, 1], [0]), ([], [0, 2]),
        ([67, 307], [307]), ([67, 1], [307]), ([307], [67, 1]), ([67, 307], [1, 1]), ([3, 1, 1031], [7, 1]),
    ];

    public static TheoryData<string> Unary => UnaryOperation.Names;

    public static TheoryData<string> Binary => BinaryOperation.Names;

    public static TheoryData<string> Reductions => Reduction.Names;

    [Theory]
    [MemberData(nameof(Unary))]
    public void Unary_operations_agree_with_the_plain_formula(string name)
    {
        UnaryOperation operation = UnaryOperation.Named(name);
        foreach (Shape shape in Shapes)
        {
            float[] numbers = Plain.Numbers(shape.ElementCount, 1, operation.Low, operation.High);
            Tensor x = Tensor.From(numbers, shape, device);
            double[] expected = [.. numbers.Select(number => operation.Plain(number))];
            Tensor given = Tensor.Full(shape, 5, device);

            Tensor result = operation.Run(x, null);
            Assert.Equal(shape, result.Shape);
            Assert.Same(device, result.Device);
            Plain.AssertClose(expected, result, tolerance, name);
            Assert.Equal(numbers, x.ToArray());

            Assert.Same(given, operation.Run(x, given));
            Plain.AssertClose(expected, given, tolerance, $"{name} with a result");

            Assert.Same(x, operation.Run(x, x));
            Plain.AssertClose(expected, x, tolerance, $"{name} in place");
        }
    }

    [Theory]
    [MemberData(nameof(Unary))]
    public void Unary_operations_treat_special_values_as_the_plain_formula(string name)
    {
        UnaryOperation operation = UnaryOperation.Named(name);
        float[] numbers =
        [
            0, -0f, 1, -1, 0.5f, -0.5f, 20, -20, 88, -87, 90, -90, 200, -200, 1e-30f, -1e-30f,
            float.NaN, float.PositiveInfinity, float.NegativeInfinity, 3e38f, -3e38f,
        ];

        // The sine and cosine of a large angle depend on how its multiple of π is taken off, which devices do as they like.
        bool periodic = name is nameof(Tensor.Sin) or nameof(Tensor.Cos);
        numbers = [.. numbers.Where(number => !periodic || !(Math.Abs(number) > 1000 && float.IsFinite(number)))];
        Plain.AssertClose([.. numbers.Select(number => operation.Plain(number))], operation.Run(Tensor.From(numbers, [numbers.Length], device), null), tolerance, name);
    }

    [Theory]
    [MemberData(nameof(Binary))]
    public void Binary_operations_agree_with_the_plain_formula_however_shapes_broadcast(string name)
    {
        BinaryOperation operation = BinaryOperation.Named(name);
        foreach ((Shape leftShape, Shape rightShape) in BroadcastPairs)
        {
            float[] leftNumbers = Plain.Numbers(leftShape.ElementCount, 1, operation.Low, operation.High);
            float[] rightNumbers = Plain.Numbers(rightShape.ElementCount, 2, operation.Low, operation.High);
            Tensor left = Tensor.From(leftNumbers, leftShape, device);
            Tensor right = Tensor.From(rightNumbers, rightShape, device);
            Assert.True(Shape.TryBroadcast(leftShape, rightShape, out Shape shape));
            double[] expected = Plain.Broadcast(leftNumbers, leftShape, rightNumbers, rightShape, shape, operation.Plain);
            string what = $"{name} of {leftShape} and {rightShape}";

            Tensor result = operation.Run(left, right, null);
            Assert.Equal(shape, result.Shape);
            Assert.Same(device, result.Device);
            Plain.AssertClose(expected, result, tolerance, what);

            Tensor given = Tensor.Full(shape, 5, device);
            Assert.Same(given, operation.Run(left, right, given));
            Plain.AssertClose(expected, given, tolerance, $"{what} with a result");

            if (shape == leftShape)
            {
                Tensor inPlace = left.Clone();
                Assert.Same(inPlace, operation.Run(inPlace, right, inPlace));
                Plain.AssertClose(expected, inPlace, tolerance, $"{what} over the left");
            }

            if (shape == rightShape)
            {
                Tensor inPlace = right.Clone();
                Assert.Same(inPlace, operation.Run(left, inPlace, inPlace));
                Plain.AssertClose(expected, inPlace, tolerance, $"{what} over the right");
            }

            Assert.Equal(leftNumbers, left.ToArray());
            Assert.Equal(rightNumbers, right.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Binary))]
    public void Binary_operations_take_a_number_on_the_right(string name)
    {
        BinaryOperation operation = BinaryOperation.Named(name);
        foreach (Shape shape in Shapes)
        {
            float[] numbers = Plain.Numbers(shape.ElementCount, 1, operation.Low, operation.High);
            Tensor x = Tensor.From(numbers, shape, device);
            double[] expected = [.. numbers.Select(number => operation.Plain(number, 1.25f))];
            Tensor result = operation.RunNumber(x, 1.25f, null);
            Assert.Equal(shape, result.Shape);
            Plain.AssertClose(expected, result, tolerance, name);
            Assert.Same(x, operation.RunNumber(x, 1.25f, x));
            Plain.AssertClose(expected, x, tolerance, $"{name} in place");
        }
    }

    [Theory]
    [MemberData(nameof(Binary))]
    public void Binary_operations_treat_special_values_as_the_plain_formula(string name)
    {
        BinaryOperation operation = BinaryOperation.Named(name);
        float[] numbers = [0, -0f, 1, -1, 2.5f, -2.5f, 3, -3, float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        Shape column = [numbers.Length, 1];
        Shape row = [numbers.Length];
        double[] expected = Plain.Broadcast(numbers, column, numbers, row, [numbers.Length, numbers.Length], operation.Plain);
        Plain.AssertClose(expected, operation.Run(Tensor.From(numbers, column, device), Tensor.From(numbers, row, device), null), tolerance, name);
    }

    [Fact]
    public void Operators_are_the_operations_of_their_name()
    {
        Tensor left = Tensor.From([1, 2, 3, 4, 5, 6], [2, 3], device);
        Tensor right = Tensor.From([2, 4, 8], [3], device);
        Assert.Equal([3, 6, 11, 6, 9, 14], (left + right).ToArray());
        Assert.Equal([-1, -2, -5, 2, 1, -2], (left - right).ToArray());
        Assert.Equal([2, 8, 24, 8, 20, 48], (left * right).ToArray());
        Assert.Equal([0.5f, 0.5f, 0.375f, 2, 1.25f, 0.75f], (left / right).ToArray());
        Assert.Equal([-2, -4, -8], (-right).ToArray());
        Assert.Equal([3, 5, 9], (right + 1).ToArray());
        Assert.Equal([3, 5, 9], (1 + right).ToArray());
        Assert.Equal([1, 3, 7], (right - 1).ToArray());
        Assert.Equal([-1, -3, -7], (1 - right).ToArray());
        Assert.Equal([4, 8, 16], (right * 2).ToArray());
        Assert.Equal([4, 8, 16], (2 * right).ToArray());
        Assert.Equal([0.5f, 1, 2], (right / 4).ToArray());
        Assert.Equal([4, 2, 1], (8 / right).ToArray());
    }

    [Theory]
    [MemberData(nameof(Reductions))]
    public void Reductions_agree_with_the_plain_formula_along_every_axis(string name)
    {
        Reduction operation = Reduction.Named(name);
        foreach (Shape shape in (ReadOnlySpan<Shape>)[.. Shapes, [20011, 3], [3, 20011], [5, 1031, 7]])
        {
            float[] numbers = Plain.Numbers(shape.ElementCount, 1);
            Tensor x = Tensor.From(numbers, shape, device);
            for (int axis = 0; axis < shape.Rank; axis++)
            {
                if (shape[axis] == 0 && operation.OfNothing is null)
                {
                    continue;
                }

                double[] expected = Plain.Reduce(numbers, shape, axis, along => along.Length == 0 ? operation.OfNothing!.Value : operation.Plain(along));
                string what = $"{name} of {shape} along axis {axis}";
                Tensor result = operation.Run(x, axis, false, null);
                Assert.Equal(shape.Without(axis), result.Shape);
                Assert.Same(device, result.Device);
                Plain.AssertClose(expected, result, SumTolerance(shape[axis]), what);

                Tensor kept = operation.Run(x, new Index(shape.Rank - axis, fromEnd: true), true, null);
                Assert.Equal(shape.With(axis, 1), kept.Shape);
                Assert.Equal(result.ToArray(), kept.ToArray());

                Tensor given = Tensor.Full(shape.Without(axis), 5, device);
                Assert.Same(given, operation.Run(x, axis, false, given));
                Assert.Equal(result.ToArray(), given.ToArray());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Reductions))]
    public void Reductions_agree_with_the_plain_formula_over_all_elements(string name)
    {
        Reduction operation = Reduction.Named(name);
        if (operation.RunWhole is null)
        {
            Assert.Equal(nameof(Tensor.ArgMax), name);
            return;
        }

        foreach (Shape shape in Shapes)
        {
            if (shape.ElementCount == 0 && operation.OfNothing is null)
            {
                continue;
            }

            float[] numbers = Plain.Numbers(shape.ElementCount, 1);
            Tensor result = operation.RunWhole(Tensor.From(numbers, shape, device));
            Assert.Equal([], result.Shape);
            double expected = numbers.Length == 0 ? operation.OfNothing!.Value : operation.Plain(Plain.Doubles(numbers));
            Plain.AssertClose([expected], result, SumTolerance(numbers.Length), $"{name} of {shape}");
        }
    }

    [Theory]
    [MemberData(nameof(Reductions))]
    public void Reductions_see_NaN_and_infinities_wherever_they_are(string name)
    {
        Reduction operation = Reduction.Named(name);
        foreach (float special in (ReadOnlySpan<float>)[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            for (int place = 0; place < 67; place++)
            {
                float[] numbers = Plain.Numbers(67, 1);
                numbers[place] = special;
                double[] expected = [operation.Plain(Plain.Doubles(numbers))];
                Plain.AssertClose(expected, operation.Run(Tensor.From(numbers, [67], device), 0, false, null), tolerance, $"{name}, {special} at {place}");
                Plain.AssertClose(expected, operation.Run(Tensor.From(numbers, [67, 1], device), 0, false, null), tolerance, $"{name}, {special} at {place} of a column");
            }
        }
    }

    [Fact]
    public void ArgMax_refuses_an_axis_whose_places_a_float_cannot_hold()
    {
        // Without elements, so that the longest axis takes no memory.
        Assert.Empty(Tensor.Zeros([1 << 24, 0], device).ArgMax(0).ToArray());
        ShapeException error = Assert.Throws<ShapeException>(() => Tensor.Zeros([(1 << 24) + 1, 0], device).ArgMax(0));
        Assert.Contains("16777217 elements", error.Message, StringComparison.Ordinal);
        Assert.Contains("at most 16777216", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ArgMax_takes_the_first_of_equals_and_the_first_NaN()
    {
        Assert.Equal([1, 0, 1], Tensor.From([1, 7, 7, 3, 3, 3, 0, float.NaN, float.NaN], [3, 3], device).ArgMax(^1).ToArray());
    }

    [Theory]
    [InlineData(0, 3, 4)]
    [InlineData(3, 0, 4)]
    [InlineData(3, 4, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(7, 1, 5)]
    [InlineData(1, 7, 31)]
    [InlineData(13, 17, 101)]
    [InlineData(67, 129, 33)]
    public void MatMul_agrees_with_the_plain_product(int m, int n, int k)
    {
        foreach (bool transposeLeft in (ReadOnlySpan<bool>)[false, true])
        {
            foreach (bool transposeRight in (ReadOnlySpan<bool>)[false, true])
            {
                float[] leftNumbers = Plain.Numbers(m * k, 1, -1, 1);
                float[] rightNumbers = Plain.Numbers(k * n, 2, -1, 1);
                Tensor left = Tensor.From(leftNumbers, transposeLeft ? [k, m] : [m, k], device);
                Tensor right = Tensor.From(rightNumbers, transposeRight ? [n, k] : [k, n], device);
                double[] expected = Plain.MatMul(leftNumbers, transposeLeft, rightNumbers, transposeRight, m, n, k);
                double limit = tolerance * (k + 1);

                Tensor result = left.MatMul(right, transposeLeft, transposeRight);
                Assert.Equal([m, n], result.Shape);
                Plain.AssertClose(expected, result, limit, nameof(Tensor.MatMul));

                Tensor given = Tensor.Full([m, n], 3, device);
                Assert.Same(given, left.MatMul(right, transposeLeft, transposeRight, given));
                Plain.AssertClose(expected, given, limit, "MatMul with a result");
                left.MatMul(right, transposeLeft, transposeRight, given, accumulate: true);
                Plain.AssertClose([.. expected.Select(number => 2 * number)], given, limit, "MatMul that accumulates");
            }
        }
    }

    [Fact]
    public void Transpose_exchanges_rows_and_columns()
    {
        foreach ((int rows, int columns) in (ReadOnlySpan<(int, int)>)[(0, 3), (3, 0), (1, 1), (1, 7), (7, 1), (5, 11), (64, 64), (131, 67), (8, 2003)])
        {
            float[] numbers = Plain.Numbers(rows * columns, 1);
            float[] expected = new float[numbers.Length];
            for (int i = 0; i < numbers.Length; i++)
            {
                expected[(i % columns * rows) + (i / columns)] = numbers[i];
            }

            Tensor x = Tensor.From(numbers, [rows, columns], device);
            Tensor result = x.Transpose();
            Assert.Equal([columns, rows], result.Shape);
            Assert.Equal(expected, result.ToArray());
            Tensor given = Tensor.Full([columns, rows], 5, device);
            Assert.Same(given, x.Transpose(given));
            Assert.Equal(expected, given.ToArray());
        }
    }

    [Fact]
    public void Operations_work_on_views_and_leave_their_surroundings_alone()
    {
        float[] numbers = Plain.Numbers(9 * 131, 1);
        Tensor whole = Tensor.From(numbers, [9, 131], device);
        Tensor target = Tensor.Full([9, 131], 5, device);
        whole.Rows(3, 4).Negate(target.Rows(1, 4));
        for (int row = 0; row < 9; row++)
        {
            float[] expected = row is >= 1 and < 5
                ? [.. numbers.Skip((row + 2) * 131).Take(131).Select(number => -number)]
                : [.. Enumerable.Repeat(5f, 131)];
            Assert.Equal(expected, target.Rows(row, 1).ToArray());
        }

        Plain.AssertClose(Plain.Reduce(numbers[131..(4 * 131)], [3, 131], 0, along => along.Sum()), whole[1..4].Sum(0), tolerance, "Sum of a view");
        Plain.AssertClose(
            Plain.MatMul(numbers[131..(4 * 131)], false, numbers[(5 * 131)..(7 * 131)], true, 3, 2, 131),
            whole[1..4].MatMul(whole[5..7], transposeRight: true),
            tolerance * 132,
            "MatMul of views");
        Assert.Equal(numbers[(2 * 131)..(3 * 131)], whole[2..3].Transpose().ToArray());
        whole.Rows(8, 1).Fill(1);
        Assert.Equal([.. numbers[..(8 * 131)], .. Enumerable.Repeat(1f, 131)], whole.ToArray());
    }

    [Fact]
    public void Random_numbers_depend_on_seed_and_stream_alone()
    {
        Tensor first = Tensor.Random([1031], new Generator(7), device: device);
        Assert.Equal(first.ToArray(), Tensor.Random([1031], new Generator(7), device: device).ToArray());
        Assert.Equal(first.ToArray()[..97], Tensor.Random([97], new Generator(7), device: device).ToArray());
        Assert.Equal(first.ToArray(), Tensor.Random([1031], new Generator(7)).ToArray());
        Assert.NotEqual(first.ToArray(), Tensor.Random([1031], new Generator(8), device: device).ToArray());

        Generator generator = new(7);
        Tensor.Random([3], generator, device: device);
        Tensor second = Tensor.Random([1031], generator, device: device);
        Assert.NotEqual(first.ToArray(), second.ToArray());
        generator.Stream = 1;
        Assert.Equal(second.ToArray(), Tensor.Random([1031], generator, device: device).ToArray());
        Assert.Equal(2UL, generator.Stream);
        Assert.Equal(7UL, generator.Seed);
    }

    [Fact]
    public void Random_numbers_spread_evenly_within_their_bounds()
    {
        float[] numbers = Tensor.Random([100, 1000], new Generator(1), -2, 6, device).ToArray();
        Assert.All(numbers, number => Assert.InRange(number, -2, 5.999999f));
        Assert.Equal(2, numbers.Average(), 0.05);
        int[] counts = new int[16];
        foreach (float number in numbers)
        {
            counts[(int)((number + 2) * 2)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 5850, 6650));
    }

    [Fact]
    public void Normal_random_numbers_have_their_mean_and_deviation()
    {
        float[] numbers = Tensor.RandomNormal([100001], new Generator(1), 3, 2, device).ToArray();
        Assert.All(numbers, number => Assert.True(float.IsFinite(number)));
        double mean = numbers.Average();
        Assert.Equal(3, mean, 0.03);
        Assert.Equal(2, Math.Sqrt(numbers.Average(number => (number - mean) * (number - mean))), 0.03);
        Assert.InRange(numbers.Count(number => Math.Abs(number - 3) < 2) / 100001.0, 0.675, 0.69);
        Assert.InRange(numbers.Count(number => Math.Abs(number - 3) > 4) / 100001.0, 0.043, 0.048);
        Assert.All(Tensor.RandomNormal([5], new Generator(1), 3, 0, device).ToArray(), number => Assert.Equal(3, number));
    }

    [Fact]
    public void Gather_scales_chosen_rows_of_bytes()
    {
        byte[] bytes = [.. Enumerable.Range(0, 11 * 7).Select(i => (byte)(i * 37))];
        DeviceMemory<byte> source = device.Allocate<byte>(bytes.Length);
        source.CopyFrom(bytes);
        DeviceMemory<int> rows = device.Allocate<int>(6);
        rows.CopyFrom([10, 0, 5, 5, 3, 10]);
        Tensor batch = Tensor.Full([3, 7], 9, device);
        batch.Gather(source, rows, 2, 1 / 255f);
        double[] expected = [.. bytes[35..42].Concat(bytes[35..42]).Concat(bytes[21..28]).Select(value => value / 255.0)];
        Plain.AssertClose(expected, batch, tolerance, nameof(Tensor.Gather));
    }

    [Fact]
    public void Tensors_are_created_with_what_was_asked_for()
    {
        foreach (Shape shape in Shapes)
        {
            Assert.All(Tensor.Zeros(shape, device).ToArray(), number => Assert.Equal(0, number));
            Assert.All(Tensor.Ones(shape, device).ToArray(), number => Assert.Equal(1, number));
            Assert.All(Tensor.Full(shape, -2.5f, device).ToArray(), number => Assert.Equal(-2.5f, number));
            Assert.Equal(shape.ElementCount, Tensor.Zeros(shape, device).ToArray().Length);
            float[] numbers = Plain.Numbers(shape.ElementCount, 1);
            Tensor tensor = Tensor.From(numbers, shape, device);
            Assert.Equal(numbers, tensor.ToArray());
            Assert.Equal(numbers, tensor.Clone().ToArray());
            Assert.Equal(numbers, tensor.To(Device.Cpu).AsSpan().ToArray());
        }

        Assert.Equal(4, Tensor.Scalar(4, device).Item());
        Tensor matrix = Tensor.From(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }, device);
        Assert.Equal([2, 3], matrix.Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], matrix.ToArray());
    }

    [Fact]
    public void Elements_are_read_and_written_by_their_indices()
    {
        Tensor tensor = Tensor.Zeros([2, 3, 5], device);
        tensor[1, 2, 4] = 7;
        tensor[0, 1, 0] = 3;
        Assert.Equal(7, tensor[1, 2, 4]);
        Assert.Equal(7, tensor.ToArray()[29]);
        Assert.Equal(3, tensor.ToArray()[5]);
        Tensor view = tensor.Rows(1, 1);
        Assert.Equal(7, view[0, 2, 4]);
        view[0, 0, 0] = 9;
        Assert.Equal(9, tensor[1, 0, 0]);
    }

    private double SumTolerance(long terms) => tolerance * (1 + Math.Sqrt(terms));
}
