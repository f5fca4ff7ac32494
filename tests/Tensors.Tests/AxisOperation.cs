namespace Quern.Tensors.Tests;

/// <summary>An operation that makes several elements of those along an axis, declared once for every test and every device.</summary>
/// <param name="Name">The operation as it is written.</param>
/// <param name="Run">The operation along an axis.</param>
/// <param name="Plain">The same for a list of numbers in double precision.</param>
/// <param name="Low">The least number to try.</param>
/// <param name="High">The greatest.</param>
/// <param name="TakesNothing">Whether the axis may be empty.</param>
public sealed record AxisOperation(
    string Name, Func<Tensor, int, Tensor> Run, Func<double[], double[]> Plain, float Low = -4, float High = 4, bool TakesNothing = true)
{
    public static IReadOnlyList<AxisOperation> All { get; } =
    [
        new("IndexSelect(axis, 0, ^1, 0)", (x, axis) => x.IndexSelect(axis, 0, Length(x, axis) - 1, 0), x => [x[0], x[^1], x[0]], TakesNothing: false),
        new("IndexSelect(axis, [])", (x, axis) => x.IndexSelect(axis, Tensor.Zeros([0], x.Device)), _ => []),
        new("Gather(axis, places)", (x, axis) => x.Gather(axis, Places(x, axis)), x => [.. Places(x).Select(place => x[place])]),
        new("Scatter(axis, places, -x)", (x, axis) => x.Scatter(axis, Places(x, axis), -x), x => PlainScatter(x, (_, value) => -value)),
        new("Scatter(axis, places, 7)", (x, axis) => x.Scatter(axis, Places(x, axis), 7), x => PlainScatter(x, (_, _) => 7)),
        new("ScatterAdd(axis, places, x)", (x, axis) => x.ScatterAdd(axis, Places(x, axis), x), x => PlainScatter(x, (sum, value) => sum + value)),
        new("CumSum(axis)", (x, axis) => x.CumSum(axis), x => Totals(x, (sum, value) => sum + value)),
        new("CumProd(axis)", (x, axis) => x.CumProd(axis), x => Totals(x, (product, value) => product * value), 0.995f, 1.005f),
        new("Sort(axis).Values", (x, axis) => x.Sort(axis).Values, x => Pick(x, PlainOrder(x, false))),
        new("Sort(axis).Indices", (x, axis) => x.Sort(axis).Indices, x => [.. PlainOrder(x, false)]),
        new("Sort(axis, descending).Values", (x, axis) => x.Sort(axis, true).Values, x => Pick(x, PlainOrder(x, true))),
        new("ArgSort(axis)", (x, axis) => x.ArgSort(axis), x => [.. PlainOrder(x, false)]),
        new("ArgSort(axis, descending)", (x, axis) => x.ArgSort(axis, true), x => [.. PlainOrder(x, true)]),
        new("TopK(1, axis).Values", (x, axis) => x.TopK(1, axis).Values, x => Pick(x, PlainOrder(x, true)[..1]), TakesNothing: false),
        new("TopK(length / 2, axis).Indices", (x, axis) => x.TopK(Length(x, axis) / 2, axis).Indices, x => [.. PlainOrder(x, true)[..(x.Length / 2)]]),
        new("TopK(length, axis, least).Values", (x, axis) => x.TopK(Length(x, axis), axis, false).Values, x => Pick(x, PlainOrder(x, false))),
        new("TopK(0, axis).Values", (x, axis) => x.TopK(0, axis).Values, _ => []),
    ];

    public static TheoryData<string> Names => [.. All.Select(operation => operation.Name)];

    public static AxisOperation Named(string name) => All.Single(operation => operation.Name == name);

    // A place along the axis for each element, some several times and others never.
    private static Tensor Places(Tensor x, int axis) =>
        Tensor.From([.. x.ToArray().Select(number => (float)Place(number, Length(x, axis)))], x.Shape, x.Device);

    // Where there is no such axis, the operation is to say so.
    private static int Length(Tensor x, int axis) => axis >= x.Rank ? 1 : x.Shape[axis < 0 ? axis + x.Rank : axis];

    private static IEnumerable<int> Places(double[] x) => x.Select(number => Place(number, x.Length));

    private static int Place(double number, int length) => double.IsFinite(number) ? (int)(Math.Abs(number) * 1000) % length : length / 2;

    private static double[] PlainScatter(double[] x, Func<double, double, double> write)
    {
        double[] result = [.. x];
        foreach ((int place, double value) in Places(x).Zip(x))
        {
            result[place] = write(result[place], value);
        }

        return result;
    }

    private static double[] Totals(double[] x, Func<double, double, double> next)
    {
        double[] result = [.. x];
        for (int i = 1; i < x.Length; i++)
        {
            result[i] = next(result[i - 1], x[i]);
        }

        return result;
    }

    private static double[] Pick(double[] x, double[] places) => [.. places.Select(place => x[(int)place])];

    // The framework's sort by a key keeps the order of equal elements.
    private static double[] PlainOrder(double[] x, bool descending)
    {
        IEnumerable<int> places = Enumerable.Range(0, x.Length);
        Comparer<double> nanIsGreatest = Comparer<double>.Create((left, right) =>
            double.IsNaN(left) || double.IsNaN(right) ? double.IsNaN(left).CompareTo(double.IsNaN(right)) : left.CompareTo(right));
        return [.. (descending ? places.OrderByDescending(place => x[place], nanIsGreatest) : places.OrderBy(place => x[place], nanIsGreatest)).Select(place => (double)place)];
    }
}
