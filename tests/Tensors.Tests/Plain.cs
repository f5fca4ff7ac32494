using Quern.Tests.Shared;

namespace Quern.Tensors.Tests;

/// <summary>The plainest form of what tensors do, on doubles: the oracle.</summary>
internal static class Plain
{
    /// <summary>Numbers that are the same for the same seed; a few of them repeat, so that comparisons meet equal elements.</summary>
    public static float[] Numbers(long count, int seed, float low = -4, float high = 4)
    {
        Random random = new(seed);
        float[] numbers = new float[count];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = i % 5 == 4 ? low + ((high - low) * 0.75f) : low + ((high - low) * random.NextSingle());
        }

        return numbers;
    }

    public static double[] Doubles(IEnumerable<float> numbers) => [.. numbers.Select(number => (double)number)];

    /// <summary>result[i] = operation(left, right) over every index of the broadcast shape.</summary>
    public static double[] Broadcast(
        float[] left, Shape leftShape, float[] right, Shape rightShape, Shape shape, Func<double, double, double> operation)
    {
        double[] result = new double[shape.ElementCount];
        int[] index = new int[shape.Rank];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = operation(left[Position(index, leftShape)], right[Position(index, rightShape)]);
            Next(index, shape);
        }

        return result;
    }

    /// <summary>Gathers the elements along an axis for every place of the others, and reduces them.</summary>
    public static double[] Reduce(float[] x, Shape shape, int axis, Func<double[], double> operation)
    {
        double[] result = new double[shape.With(axis, 1).ElementCount];
        int inner = InnerLength(shape, axis);
        for (int i = 0; i < result.Length; i++)
        {
            double[] along = new double[shape[axis]];
            for (int j = 0; j < along.Length; j++)
            {
                along[j] = x[(((i / inner * along.Length) + j) * inner) + (i % inner)];
            }

            result[i] = operation(along);
        }

        return result;
    }

    /// <summary>The same where several elements take the place of those along the axis: for each place of the others equally many.</summary>
    public static (double[] Numbers, Shape Shape) Along(float[] x, Shape shape, int axis, Func<double[], double[]> operation)
    {
        List<double[]> columns = [];
        Reduce(x, shape, axis, along =>
        {
            columns.Add(operation(along));
            return 0;
        });
        Shape result = shape.With(axis, columns.Count == 0 ? 0 : columns[0].Length);
        double[] numbers = new double[result.ElementCount];
        int inner = InnerLength(shape, axis);
        for (int i = 0; i < numbers.Length; i++)
        {
            (int row, int place) = Math.DivRem(i / inner, result[axis]);
            numbers[i] = columns[(row * inner) + (i % inner)][place];
        }

        return (numbers, result);
    }

    /// <summary>left[m, k] · right[k, n], either stored transposed.</summary>
    public static double[] MatMul(float[] left, bool transposeLeft, float[] right, bool transposeRight, int m, int n, int k)
    {
        double[] result = new double[m * n];
        for (int row = 0; row < m; row++)
        {
            for (int column = 0; column < n; column++)
            {
                for (int i = 0; i < k; i++)
                {
                    double l = left[transposeLeft ? (i * m) + row : (row * k) + i];
                    double r = right[transposeRight ? (column * k) + i : (i * n) + column];
                    result[(row * n) + column] += l * r;
                }
            }
        }

        return result;
    }

    /// <summary>Products of many matrices, by PyTorch's rule for <c>matmul</c>. The shapes are those of the operands as they are taken.</summary>
    public static (double[] Numbers, Shape Shape) BatchedMatMul(
        float[] left, Shape leftShape, bool transposeLeft, float[] right, Shape rightShape, bool transposeRight)
    {
        Shape lefts = leftShape.Rank == 1 ? [1, leftShape[0]] : leftShape;
        Shape rights = rightShape.Rank == 1 ? [rightShape[0], 1] : rightShape;
        (int m, int k, int n) = (lefts[^2], lefts[^1], rights[^1]);
        Shape leftBatch = lefts.ToArray()[..^2], rightBatch = rights.ToArray()[..^2];
        Assert.True(Shape.TryBroadcast(leftBatch, rightBatch, out Shape batch));
        double[] numbers = new double[batch.ElementCount * m * n];
        for (int i = 0; i < batch.ElementCount; i++)
        {
            int[] index = IndexOf(i, batch);
            int leftStart = (int)Position(index, leftBatch) * m * k, rightStart = (int)Position(index, rightBatch) * k * n;
            MatMul(
                left[leftStart..(leftStart + (m * k))], transposeLeft && leftShape.Rank > 1, right[rightStart..(rightStart + (k * n))], transposeRight && rightShape.Rank > 1, m, n, k)
                .CopyTo(numbers, i * m * n);
        }

        return (numbers, [.. batch, .. leftShape.Rank == 1 ? [] : new[] { m }, .. rightShape.Rank == 1 ? [] : new[] { n }]);
    }

    /// <summary>For every place of the result, the sum over all other labels of the products of the operands' elements. An axis of length 1 repeats.</summary>
    public static (double[] Numbers, Shape Shape) Einsum(string[] labels, string result, float[][] numbers, Shape[] shapes)
    {
        string all = string.Concat(string.Concat(labels.Prepend(result)).Distinct());
        int[] lengths = [.. all.Select(label => labels.Zip(shapes).SelectMany(operand => operand.First.Zip(operand.Second)).Where(axis => axis.First == label)
            .Select(axis => axis.Second).Aggregate(1, (known, length) => length == 1 ? known : length))];
        Shape shape = lengths[..result.Length];
        double[] sums = new double[shape.ElementCount];
        int[] index = new int[all.Length];
        for (int i = 0; i < lengths.Aggregate(1, (count, length) => count * length); i++)
        {
            for (int axis = all.Length - 1, rest = i; axis >= 0; axis--)
            {
                (rest, index[axis]) = Math.DivRem(rest, lengths[axis]);
            }

            double product = 1;
            for (int operand = 0; operand < labels.Length; operand++)
            {
                product *= numbers[operand][Position([.. labels[operand].Select(label => index[all.IndexOf(label)])], shapes[operand])];
            }

            sums[Position(index[..result.Length], shape)] += product;
        }

        return (sums, shape);
    }

    /// <summary>Fails unless every element is near what was expected; NaN must meet NaN, and an infinity itself.</summary>
    /// <param name="expected">The oracle's numbers.</param>
    /// <param name="actual">The tensor, on any device.</param>
    /// <param name="tolerance">How far an element may lie from the expected one, in proportion to it; a tenth of this besides.</param>
    /// <param name="what">What is compared, for the message.</param>
    /// <param name="operands">What each element was made of, for the message.</param>
    public static void AssertClose(double[] expected, Tensor actual, double tolerance, string what, Func<int, string>? operands = null)
    {
        float[] numbers = actual.ToArray();
        Assert.Equal(expected.Length, numbers.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            // An element beyond float32 is expected as an infinity.
            float rounded = (float)expected[i];
            bool close = float.IsFinite(rounded)
                ? Math.Abs(numbers[i] - expected[i]) <= tolerance * (Math.Abs(expected[i]) + 0.1)
                : rounded.Equals(numbers[i]);
            Expect.True(close, $"{what}{(operands is null ? "" : $" of {operands(i)}")}: element {i} of shape {actual.Shape} is {numbers[i]:G9}; expected {expected[i]:G9}.");
        }
    }

    /// <summary>
    /// Fails unless every element is what was expected, down to the denormal numbers: NaN must meet NaN, an infinity itself, and zero has its
    /// sign. A device that flushes denormal numbers to zero may do so.
    /// </summary>
    /// <param name="expected">The oracle's numbers.</param>
    /// <param name="actual">The tensor, on any device.</param>
    /// <param name="tolerance">How far an element may lie from the expected one, in proportion to it.</param>
    /// <param name="operands">What each element was made of, for the message.</param>
    /// <param name="what">What is compared, for the message.</param>
    /// <param name="leastFloats">How many of the least floats an element may lie from the expected one besides.</param>
    public static void AssertSpecial(
        double[] expected, Tensor actual, double tolerance, Func<int, string> operands, string what, int leastFloats = 1)
    {
        const float LeastNormal = 1.17549435e-38f;
        Tensor denormal = Tensor.From([1e-40f], [1], actual.Device);
        bool isFlushed = (denormal * 1).Item() == 0;
        float[] numbers = actual.ToArray();
        Assert.Equal(expected.Length, numbers.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            float rounded = (float)expected[i];
            bool isClose = rounded switch
            {
                0 when expected[i] == 0 => numbers[i] == 0 && float.IsNegative(numbers[i]) == double.IsNegative(expected[i]),
                _ when isFlushed && Math.Abs(rounded) <= LeastNormal => Math.Abs(numbers[i]) <= LeastNormal,
                _ when float.IsFinite(rounded) => Math.Abs(numbers[i] - expected[i]) <= (tolerance * Math.Abs(expected[i])) + (leastFloats * (double)float.Epsilon),
                _ => rounded.Equals(numbers[i]),
            };
            Expect.True(isClose, $"{what} of {operands(i)} is {numbers[i]:G9}; expected {expected[i]:G9}.");
        }
    }

    /// <summary>How many elements there are for each place along an axis and those before it.</summary>
    private static int InnerLength(Shape shape, int axis) => shape.Skip(axis + 1).Aggregate(1, (product, length) => product * length);

    // The index of the next element, in row-major order.
    private static void Next(int[] index, Shape shape)
    {
        for (int axis = shape.Rank - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
        {
            index[axis] = 0;
        }
    }

    private static int[] IndexOf(long position, Shape shape)
    {
        int[] index = new int[shape.Rank];
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            index[axis] = (int)(position % shape[axis]);
            position /= shape[axis];
        }

        return index;
    }

    // Where an element lies in a shape that is aligned at the innermost axis and repeats along axes of length 1.
    private static long Position(int[] index, Shape shape)
    {
        long position = 0;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            int i = index[index.Length - shape.Rank + axis];
            position = (position * shape[axis]) + (shape[axis] == 1 ? 0 : i);
        }

        return position;
    }
}
