using Quern.Kernels.Operators;
using Quern.Tests.Shared;

namespace Quern.Tensors.Tests;

/// <summary>
/// Every operation of a tensor against plain double precision, on one device. A device is tested by a class that derives from
/// this one.
/// </summary>
public abstract partial class OperationTests(Device device, double tolerance)
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

    public static TheoryData<string> StatedUnary => UnaryOperation.Stated;

    public static TheoryData<string> StatedBinary => BinaryOperation.Stated;

    public static TheoryData<string> Losses => LossOperation.Names;

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
    [MemberData(nameof(StatedUnary))]
    public void Unary_operations_are_within_their_stated_error_all_over_the_floats(string name)
    {
        UnaryOperation operation = UnaryOperation.Named(name);
        float[] numbers = [.. SpecialNumbers.All, .. Floats.AllOver(262_139)];
        Tensor x = Tensor.From(numbers, [numbers.Length], device);
        OnEveryTier(() =>
        {
            (double worst, float worstAt) = numbers.Zip(operation.Run(x, null).ToArray(), (number, y) => (Floats.UlpError(y, operation.Plain(number)), number)).Max();
            Assert.True(worst <= operation.Ulps, $"{name}({worstAt:G9}) is {worst:G4} ulp off; {operation.Ulps} are stated.");
        });
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
    [MemberData(nameof(StatedBinary))]
    public void Binary_operations_are_within_their_stated_error_all_over_the_floats(string name)
    {
        BinaryOperation operation = BinaryOperation.Named(name);
        float[] numbers = [.. SpecialNumbers.All, .. Floats.AllOver(7_340_033), .. Plain.Numbers(400, 1)];
        int count = numbers.Length;
        Tensor column = Tensor.From(numbers, [count, 1], device);
        Tensor row = Tensor.From(numbers, [count], device);
        double[] exact = Plain.Broadcast(numbers, [count, 1], numbers, [count], [count, count], operation.Plain);
        OnEveryTier(() =>
        {
            (double worst, int worstAt) = operation.Run(column, row, null).ToArray().Select((y, i) => (Floats.UlpError(y, exact[i]), i)).Max();
            Assert.True(
                worst <= operation.Ulps, $"{name}({numbers[worstAt / count]:G9}, {numbers[worstAt % count]:G9}) is {worst:G4} ulp off; {operation.Ulps} are stated.");
        });
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Losses_and_gradients_agree_with_the_plain_formula(string name) => OnEveryTier(() =>
    {
        LossOperation operation = LossOperation.Named(name);
        foreach (int count in (ReadOnlySpan<int>)[1, 2, 7, 31, 97, 1031, 16_385, 40_217])
        {
            float[] outputs = Plain.Numbers(count, 1, operation.Low, operation.High);
            float[] targets = Plain.Numbers(count, 2, 0, 1);
            Tensor output = Tensor.From(outputs, [count], device);
            Tensor target = Tensor.From(targets, [count], device);
            Tensor loss = Tensor.Zeros([], device);
            Tensor lossAlone = Tensor.Zeros([], device);
            Tensor outputGradient = Tensor.Zeros([count], device);
            Tensor targetGradient = Tensor.Zeros([count], device);

            operation.Run(device, output, target, 1.0 / count, loss, outputGradient, targetGradient);
            operation.Run(device, output, target, 1.0 / count, lossAlone, null, null);

            Plain.AssertClose([outputs.Zip(targets, (y, t) => operation.Plain(y, t)).Average()], loss, tolerance, name);
            Assert.Equal(loss.Item(), lossAlone.Item());
            double[] Gradient(Func<double, double, double> derivative) => [.. outputs.Zip(targets, (y, t) => derivative(y, t) / count)];
            Plain.AssertClose(Gradient(operation.OutputGradient), outputGradient, tolerance, $"The gradient of {name}");
            Plain.AssertClose(Gradient(operation.TargetGradient), targetGradient, 10 * tolerance, $"The gradient of {name} by the target");

            // Over the operands, as a caller may.
            operation.Run(device, output, target, 1.0 / count, lossAlone, output, target);
            Assert.Equal(loss.Item(), lossAlone.Item());
            Assert.Equal(outputGradient.ToArray(), output.ToArray());
            Assert.Equal(targetGradient.ToArray(), target.ToArray());
        }
    });

    [Fact]
    public void Clamp_brings_elements_between_its_bounds_and_leaves_NaN()
    {
        float[] numbers = [.. SpecialNumbers.All, .. Plain.Numbers(1031, 1)];
        Tensor x = Tensor.From(numbers, [numbers.Length], device);
        OnEveryTier(() =>
        {
            Check(-1.25, 2.5);
            Check(-1.25, null);
            Check(null, 2.5);

            // As in PyTorch, the upper bound wins.
            Check(3, 2);
        });
        Tensor given = Tensor.Zeros(x.Shape, device);
        Assert.Same(given, x.Clamp(0, 1, given));
        Assert.Equal(x.Clamp(0, 1).ToArray(), given.ToArray());
        Assert.Same(x, x.Clamp(0, 1, x));
        Assert.Equal(given.ToArray(), x.ToArray());
        Assert.Equal("Clamp: neither bound was given. Give min, max or both.", Assert.Throws<ArgumentException>(() => x.Clamp()).Message);

        void Check(double? min, double? max)
        {
            double[] expected = [.. numbers.Select(number => Math.Min(Math.Max(number, min ?? double.NegativeInfinity), max ?? double.PositiveInfinity))];
            Plain.AssertSpecial(expected, x.Clamp(min, max), 0, i => $"{numbers[i]:G9}", $"Clamp({min}, {max})");
        }
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

    [Fact]
    public void Long_sums_are_as_good_as_short_ones()
    {
        Assert.Equal(33_554_432, Tensor.Ones([(1 << 25) + 1], device).Sum().Item());
        Tensor tenths = Tensor.Full([10_000_000], 0.1f, device);
        Assert.Equal(10_000_000 * (double)0.1f, tenths.Sum().Item(), 1.0);
        Assert.Equal(0.1f, tenths.Mean().Item(), 1e-7f);
        Assert.All(tenths.Reshape(1_000_000, 10).Sum(0).ToArray(), sum => Assert.Equal(1_000_000 * (double)0.1f, sum, 0.1));
        Tensor norm = Tensor.Zeros([], device);
        device.Norm(tenths, norm, accumulate: false);
        Assert.Equal(Math.Sqrt(10_000_000) * 0.1f, norm.Item(), 1e-4);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(67)]
    [InlineData(1_000)]
    [InlineData(100_003)]
    public void Means_of_numbers_whose_sum_is_beyond_float32_are_right(int count) => OnEveryTier(() =>
    {
        double[] expected = [1e38f];
        Plain.AssertClose(expected, Tensor.Full([count], 1e38f, device).Mean(), tolerance, "Mean");
        Plain.AssertClose([1e38f, 1e38f, 1e38f], Tensor.Full([count, 3], 1e38f, device).Mean(0), tolerance, "Mean of columns");
        Plain.AssertClose([1e38f, 1e38f, 1e38f], Tensor.Full([3, count], 1e38f, device).Mean(1), tolerance, "Mean of rows");
        Assert.Equal(float.NegativeInfinity, Tensor.Full([count], -1e38f, device).Sum().Item());
        float[] apart = [.. Enumerable.Range(0, count).Select(i => i % 2 == 0 ? 1e19f : -1e19f)];
        double mean = apart.Average(number => (double)number);
        double variance = apart.Sum(number => Math.Pow(number - mean, 2)) / (count - 1);
        Plain.AssertClose([variance], Tensor.From(apart, [count], device).Var(), 10 * tolerance, "Var");
        float[] cancelling = [.. Enumerable.Range(0, count).Select(i => i % 2 == 0 ? 3e38f : -3e38f)];
        Assert.Equal(count % 2 == 0 ? 0 : 3e38f, (double)Tensor.From(cancelling, [count], device).Sum().Item(), 1e-6 * 3e38 * count);
    });

    [Theory]
    [InlineData(10)]
    [InlineData(67)]
    [InlineData(1_000)]
    [InlineData(100_003)]
    public void Losses_whose_mean_is_a_float_are_right(int count) => OnEveryTier(() =>
    {
        Tensor output = Tensor.Full([count], 1.5e19f, device);
        Tensor target = Tensor.Zeros([count], device);
        Tensor loss = Tensor.Zeros([], device);
        Tensor gradient = Tensor.Zeros([count], device);
        device.Loss<MseOperator>(output, target, 1.0 / count, 0, loss, null, null);
        Plain.AssertClose([1.5e19 * 1.5e19], loss, tolerance, "Mse");
        device.Loss<BceWithLogitsOperator>(Tensor.Full([count], 1e38f, device), target, 1.0 / count, 0, loss, gradient, null);
        Plain.AssertClose([1e38], loss, tolerance, "BceWithLogits");
        Plain.AssertClose([.. Enumerable.Repeat(1.0 / count, count)], gradient, tolerance, "The gradient of BceWithLogits");
    });

    [Theory]
    [InlineData(1)]
    [InlineData(67)]
    [InlineData(100_003)]
    public void Norms_of_large_numbers_are_right_and_clipping_keeps_the_direction(int count) => OnEveryTier(() =>
    {
        Tensor x = Tensor.Full([count], 1e30f, device);
        Tensor norm = Tensor.Full([], 2e30f, device);
        device.Norm(x, norm, accumulate: true);
        Plain.AssertClose([1e30f * Math.Sqrt(count + 4)], norm, tolerance, "Norm");
        device.Norm(x, norm, accumulate: false);
        Plain.AssertClose([1e30f * Math.Sqrt(count)], norm, tolerance, "Norm");
        device.ClipNorm(x, norm, 3);
        Plain.AssertClose([.. Enumerable.Repeat(3 / Math.Sqrt(count), count)], x, tolerance, "ClipNorm");
        device.Norm(Tensor.From([float.PositiveInfinity, 1], [2], device), norm, accumulate: true);
        Assert.Equal(float.PositiveInfinity, norm.Item());
        device.Norm(Tensor.From([float.NaN, 1], [2], device), norm, accumulate: true);
        Assert.Equal(float.NaN, norm.Item());
    });

    [Fact]
    public void ArgMax_takes_the_first_of_equals_and_the_first_NaN()
    {
        Assert.Equal([1, 0, 1], Tensor.From([1, 7, 7, 3, 3, 3, 0, float.NaN, float.NaN], [3, 3], device).ArgMax(^1).ToArray());
    }

    [Fact]
    public void ArgMin_takes_the_first_of_equals_and_the_first_NaN()
    {
        Tensor x = Tensor.From([1, 0, 0, 3, 3, 3, 0, float.NaN, float.NaN], [3, 3], device);
        Assert.Equal([1, 0, 1], x.ArgMin(-1).ToArray());
        Assert.Equal(7, x.ArgMin().Item());
        Assert.Equal(7, x.ArgMax().Item());
    }

    [Fact]
    public void Any_and_All_find_one_element_wherever_it_is() => OnEveryTier(() =>
    {
        foreach (int length in (ReadOnlySpan<int>)[1, 2, 3, 17, 67, 1031, 40_217])
        {
            for (int place = 0; place < length; place += Math.Max(1, length / 13))
            {
                // Along rows, along columns, and over all.
                float[] numbers = new float[length];
                Tensor zeros = Tensor.From(numbers, [length], device);
                Tensor ones = Tensor.Ones([length], device);
                Assert.Equal(0, zeros.Any().Item());
                Assert.Equal(1, ones.All().Item());
                zeros[place] = place % 2 == 0 ? float.NaN : -2;
                ones[place] = -0f;
                Tensor both = Tensor.From([.. zeros.ToArray(), .. new float[length]], [2, length], device);
                Assert.Equal(1, zeros.Any().Item());
                Assert.Equal([1, 0], both.Any(1).ToArray());
                Assert.Equal([1, 0], both.Transpose().Any(0).ToArray());
                Assert.Equal(0, ones.All().Item());
                Assert.Equal([0], ones.Reshape(length, 1).All(0).ToArray());
                Assert.Equal(length == 1 ? 1 : 0, zeros.All().Item());
            }
        }
    });

    [Fact]
    public void Variances_have_the_limits_of_PyTorch()
    {
        Assert.Equal(float.NaN, Tensor.From([1.5f], [1], device).Var().Item());
        Assert.Equal(0, Tensor.From([1.5f], [1], device).Var(correction: 0).Item());
        Assert.Equal(float.PositiveInfinity, Tensor.From([1, 2], [2], device).Var(0, correction: 3).Item());
        Assert.Equal(float.NaN, Tensor.From([1, 1], [2], device).Std(0, correction: 3).Item());
    }

    [Fact]
    public void The_greatest_magnitude_of_nothing_is_refused() => Assert.Equal(
        "Norm: the tensor of shape [0] has no elements to choose from. Give a tensor with at least one.",
        Assert.Throws<ShapeException>(() => Tensor.Zeros([0], device).Norm(double.PositiveInfinity)).Message);

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

    [Theory]
    [InlineData(-3e38f, 3e38f)]
    [InlineData(-float.MaxValue, float.MaxValue)]
    [InlineData(1, 2)]
    [InlineData(10, 11)]
    [InlineData(1000, 1001)]
    [InlineData(16777214, 16777215)]
    [InlineData(-1, 0)]
    [InlineData(-2, -1)]
    [InlineData(3e38f, 3.4e38f)]
    [InlineData(1, 1.0000001f)]
    [InlineData(5, 5)]
    public void Random_numbers_never_reach_their_upper_bound(float low, float high)
    {
        // The greatest of 2²⁰ words is within 2⁻¹⁸ of the end, and rounding takes that to the bound in most of these.
        float[] numbers = Tensor.Random([1 << 20], new Generator(3), low, high, device).ToArray();
        float greatest = low < high ? MathF.BitDecrement(high) : high;
        Assert.InRange(numbers.Min(), low, greatest);
        Assert.InRange(numbers.Max(), low, greatest);
        Assert.DoesNotContain(numbers, float.IsNaN);
        double middle = ((double)low + high) / 2;
        double tolerance = (0.01 * ((double)high - low)) + high - greatest;
        Assert.InRange(numbers.Average(number => (double)number), middle - tolerance, middle + tolerance);
        Assert.Equal(numbers, Tensor.Random([1 << 20], new Generator(3), low, high).ToArray());
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

    private void OnEveryTier(Action check)
    {
        if (device == Device.Cpu)
        {
            Tiers.Run(check);
        }
        else
        {
            check();
        }
    }

    private double SumTolerance(long terms) => tolerance * (1 + Math.Sqrt(terms));
}
