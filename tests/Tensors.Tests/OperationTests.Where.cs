namespace Quern.Tensors.Tests;

/// <summary>Elements chosen by conditions.</summary>
public abstract partial class OperationTests
{
    [Fact]
    public void Where_takes_from_one_or_the_other_however_shapes_broadcast() => OnEveryTier(() =>
    {
        (Shape Condition, Shape Value, Shape Other)[] triples =
        [
            ([], [], []), ([7], [7], [7]), ([1031], [1031], [1031]), ([3, 1], [5], [1]), ([5], [3, 1], [3, 5]), ([1], [2, 3, 5], []),
            ([2, 1, 5], [3, 1], [2, 3, 5]), ([17, 131], [131], [17, 1]), ([0], [1], [3, 1]), ([2, 2, 3, 1, 2, 3], [3], [2, 1, 3, 1, 2, 1]),
        ];
        foreach ((Shape conditionShape, Shape valueShape, Shape otherShape) in triples)
        {
            float[] conditions = Conditions(conditionShape.ElementCount);
            float[] values = Plain.Numbers(valueShape.ElementCount, 2);
            float[] others = Plain.Numbers(otherShape.ElementCount, 3);
            Tensor condition = Tensor.From(conditions, conditionShape, device);
            Tensor value = Tensor.From(values, valueShape, device);
            Tensor other = Tensor.From(others, otherShape, device);
            Assert.True(Shape.TryBroadcast(conditionShape, valueShape, out Shape shape));
            double[] chosen = Plain.Broadcast(conditions, conditionShape, values, valueShape, shape, (c, v) => c == 0 ? double.NaN : v);
            Assert.True(Shape.TryBroadcast(shape, otherShape, out Shape whole));
            double[] expected = Plain.Broadcast([.. chosen.Select(number => (float)number)], shape, others, otherShape, whole, (v, o) => double.IsNaN(v) ? o : v);
            string what = $"Where of {conditionShape}, {valueShape} and {otherShape}";

            Tensor result = Tensor.Where(condition, value, other);
            Assert.Equal(whole, result.Shape);
            Assert.Same(device, result.Device);
            Plain.AssertClose(expected, result, 0, what);
            Tensor given = Tensor.Full(whole, 5, device);
            Assert.Same(given, Tensor.Where(condition, value, other, given));
            Plain.AssertClose(expected, given, 0, $"{what} with a result");

            double[] ByNumber(Func<double, double, double> choose) => Plain.Broadcast(conditions, conditionShape, values, valueShape, shape, choose);
            Plain.AssertClose(ByNumber((c, v) => c != 0 ? v : 8), Tensor.Where(condition, value, 8), 0, $"{what}, a number otherwise");
            Plain.AssertClose(ByNumber((c, v) => c != 0 ? 8 : v), Tensor.Where(condition, 8, value), 0, $"{what}, a number first");
            Assert.Equal(
                [.. values.Where((_, i) => conditions.Length == values.Length && conditions[i] != 0)],
                conditionShape == valueShape ? value.MaskedSelect(condition).ToArray() : []);
        }
    });

    [Fact]
    public void MaskedFill_writes_where_the_mask_is_set_and_keeps_the_shape()
    {
        Tensor x = Tensor.From([1, 2, 3, 4, 5, 6], [2, 3], device);
        Assert.Equal([1, -1, 3, 4, -1, 6], x.MaskedFill(Tensor.From([0, 1, 0], [3], device), -1).ToArray());
        Assert.Equal([1, 2, 3, -1, -1, -1], x.MaskedFill(Tensor.From([0, float.NaN], [2, 1], device), -1).ToArray());
        Assert.Equal([1, 2, 3, 0, 0, 0], x.MaskedFill(x > 3, 0, x).ToArray());
        Assert.Equal(
            "MaskedFill: the mask has shape [2, 2, 3], which does not broadcast to that of the tensor, [2, 3].",
            Assert.Throws<ShapeException>(() => x.MaskedFill(Tensor.Ones([2, 2, 3], device), 0)).Message);
    }

    [Fact]
    public void MaskedSelect_gives_what_the_mask_sets_in_order()
    {
        Tensor x = Tensor.From([5, -1, 3, -4, 0, 6], [2, 3], device);
        Tensor chosen = x.MaskedSelect(x > 0);
        Assert.Equal([3], chosen.Shape);
        Assert.Same(device, chosen.Device);
        Assert.Equal([5, 3, 6], chosen.ToArray());
        Assert.Equal([5, 3, -4, 6], x.MaskedSelect(Tensor.From([1, 0, 1], [3], device)).ToArray());
        Assert.Equal([0], x.MaskedSelect(x > 9).Shape);
    }

    [Fact]
    public void OneHot_puts_a_one_at_each_class()
    {
        Tensor classes = Tensor.From([1, 0, 3, 1], [2, 2], device);
        Assert.Equal([2, 2, 4], classes.OneHot().Shape);
        Assert.Equal([0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0], classes.OneHot().ToArray());
        Assert.Equal([2, 2, 5], classes.OneHot(5).Shape);
        Assert.Equal(classes.ToArray(), classes.OneHot(5).ArgMax(-1).ToArray());
        Assert.Equal(
            "OneHot: element 2 is 3; with 3 classes, each is a whole number from 0 to 2.",
            Assert.Throws<ArgumentException>(() => classes.OneHot(3)).Message);
        Assert.Throws<ArgumentException>(() => Tensor.From([0, 0.5f], [2], device).OneHot());
        Assert.Throws<ArgumentException>(() => Tensor.From([0, float.NaN], [2], device).OneHot());
    }

    // Zeros of both signs, NaN and other numbers that are not zero.
    private static float[] Conditions(long count)
    {
        float[] kinds = [0, 1, -0f, float.NaN, -3, 0, float.Epsilon];
        return [.. Enumerable.Range(0, (int)count).Select(i => kinds[i * 5 % kinds.Length])];
    }
}
