namespace Quern.Tensors.Tests;

/// <summary>An operation that puts elements to other places, declared once for every test and every device.</summary>
/// <param name="Name">The operation as it is written, and of which shape.</param>
/// <param name="Shape">The operand's shape.</param>
/// <param name="Run">The operation.</param>
/// <param name="ResultShape">The result's shape.</param>
/// <param name="Source">Which element of the operand lies at a place of the result; null where there is a 0.</param>
public sealed record ShapeOperation(string Name, Shape Shape, Func<Tensor, Tensor> Run, Shape ResultShape, Func<int[], int[]?> Source)
{
    public static IReadOnlyList<ShapeOperation> All { get; } =
    [
        new("Permute(2, 0, 1)", [2, 3, 5], x => x.Permute(2, 0, 1), [5, 2, 3], i => [i[1], i[2], i[0]]),
        new("Permute(-1, 1, 0)", [2, 3, 5], x => x.Permute(-1, 1, 0), [5, 3, 2], i => [i[2], i[1], i[0]]),
        new("Permute of six axes", [2, 1, 3, 2, 2, 3], x => x.Permute(5, 3, 1, 0, 2, 4), [3, 2, 1, 2, 3, 2], i => [i[3], i[2], i[4], i[1], i[5], i[0]]),
        new("Permute of none", [], x => x.Permute(), [], i => i),
        new("Permute of an empty axis", [2, 0, 3], x => x.Permute(1, 2, 0), [0, 3, 2], i => [i[2], i[0], i[1]]),
        new("Permute of heads", [3, 67, 4, 29], x => x.Permute(0, 2, 1, 3), [3, 4, 67, 29], i => [i[0], i[2], i[1], i[3]]),
        new("Permute across planes", [37, 5, 41], x => x.Permute(2, 1, 0), [41, 5, 37], i => [i[2], i[1], i[0]]),
        new("Transpose(0, 1)", [4, 3], x => x.Transpose(0, 1), [3, 4], i => [i[1], i[0]]),
        new("Transpose(-2, -1)", [2, 3, 5], x => x.Transpose(-2, -1), [2, 5, 3], i => [i[0], i[2], i[1]]),
        new("Transpose(-2, -1) of large planes", [3, 131, 67], x => x.Transpose(-2, -1), [3, 67, 131], i => [i[0], i[2], i[1]]),
        new("Transpose(1, 1)", [2, 3], x => x.Transpose(1, 1), [2, 3], i => i),
        new("[0, ..]", [3, 4], x => x[0, ..], [4], i => [0, i[0]]),
        new("[.., ..2]", [3, 4], x => x[.., ..2], [3, 2], i => i),
        new("[.., ^1]", [3, 4], x => x[.., ^1], [3], i => [i[0], 3]),
        new("[1.., 2, ^3..^1]", [3, 4, 5], x => x[1.., 2, ^3..^1], [2, 2], i => [i[0] + 1, 2, i[1] + 2]),
        new("[^1, 1..]", [3, 4, 5], x => x[^1, 1..], [3, 5], i => [2, i[0] + 1, i[1]]),
        new("[.., 2..2]", [3, 4], x => x[.., 2..2], [3, 0], i => i),
        new("[.., 5..200] of long rows", [61, 307], x => x[.., 5..200], [61, 195], i => [i[0], i[1] + 5]),
        new("Slice(0, 1, 3)", [5, 2], x => x.Slice(0, 1, 3), [2, 2], i => [i[0] + 1, i[1]]),
        new("Slice(1, step: 2)", [2, 5], x => x.Slice(1, step: 2), [2, 3], i => [i[0], 2 * i[1]]),
        new("Slice(-1, -2)", [2, 5], x => x.Slice(-1, -2), [2, 2], i => [i[0], i[1] + 3]),
        new("Slice(0, step: -1)", [5, 2], x => x.Slice(0, step: -1), [5, 2], i => [4 - i[0], i[1]]),
        new("Slice(0, -1, 0, -2)", [5], x => x.Slice(0, -1, 0, -2), [2], i => [4 - (2 * i[0])]),
        new("Slice(0, 10, -10, -3)", [7], x => x.Slice(0, 10, -10, -3), [3], i => [6 - (3 * i[0])]),
        new("Slice(0, 3, 1)", [5], x => x.Slice(0, 3, 1), [0], i => i),
        new("Slice(0, 1, step: int.MaxValue)", [5], x => x.Slice(0, 1, step: int.MaxValue), [1], i => [1]),
        new("Slice(0, step: int.MinValue)", [5], x => x.Slice(0, step: int.MinValue), [1], i => [4]),
        new("Slice(0, -100, 100)", [0, 3], x => x.Slice(0, -100, 100), [0, 3], i => i),
        new("Slice(1, step: 3) of long rows", [61, 307], x => x.Slice(1, 2, null, 3), [61, 102], i => [i[0], 2 + (3 * i[1])]),
        new("Flip()", [2, 3], x => x.Flip(), [2, 3], i => [1 - i[0], 2 - i[1]]),
        new("Flip(-1)", [2, 3], x => x.Flip(-1), [2, 3], i => [i[0], 2 - i[1]]),
        new("Flip(0) of long rows", [61, 307], x => x.Flip(0), [61, 307], i => [60 - i[0], i[1]]),
        new("Flip of an empty axis", [2, 0], x => x.Flip(), [2, 0], i => i),
        new("Roll(1, 0)", [3, 2], x => x.Roll(1, 0), [3, 2], i => [(i[0] + 2) % 3, i[1]]),
        new("Roll(-4, -1)", [2, 3], x => x.Roll(-4, -1), [2, 3], i => [i[0], (i[1] + 1) % 3]),
        new("Roll(1)", [2, 3], x => x.Roll(1), [2, 3], i => [((3 * i[0]) + i[1] + 5) % 6 / 3, (i[1] + 2) % 3]),
        new("Roll of nothing", [0], x => x.Roll(3, 0), [0], i => i),
        new("Expand(4, 3)", [3], x => x.Expand(4, 3), [4, 3], i => [i[1]]),
        new("Expand(-1, 5)", [3, 1], x => x.Expand(-1, 5), [3, 5], i => [i[0], 0]),
        new("Expand(2, 3, 4, -1)", [3, 1, 5], x => x.Expand(2, 3, 4, -1), [2, 3, 4, 5], i => [i[1], 0, i[3]]),
        new("Expand of one to none", [1], x => x.Expand(0), [0], i => i),
        new("Repeat(2, 3)", [2, 3], x => x.Repeat(2, 3), [4, 9], i => [i[0] % 2, i[1] % 3]),
        new("Repeat(2, 1, 3)", [3, 2], x => x.Repeat(2, 1, 3), [2, 3, 6], i => [i[1], i[2] % 2]),
        new("Repeat(1, 1)", [2, 3], x => x.Repeat(1, 1), [2, 3], i => i),
        new("Repeat(0, 2)", [2, 3], x => x.Repeat(0, 2), [0, 6], i => i),
        new("Repeat of six axes", [1, 2, 1, 2, 1, 3], x => x.Repeat(2, 2, 1, 3, 2, 2), [2, 4, 1, 6, 2, 6], i => [0, i[1] % 2, 0, i[3] % 2, 0, i[5] % 3]),
        new("Pad([1, 2])", [2, 3], x => x.Pad([1, 2]), [2, 6], i => Inside([i[0], i[1] - 1], [2, 3])),
        new("Pad([0, 1, 2, 0])", [2, 3], x => x.Pad([0, 1, 2, 0]), [4, 4], i => Inside([i[0] - 2, i[1]], [2, 3])),
        new("Pad([-1, 2])", [5], x => x.Pad([-1, 2]), [6], i => Inside([i[0] + 1], [5])),
        new("Pad([-4, 2])", [3], x => x.Pad([-4, 2]), [1], _ => null),
        new("Pad([])", [2], x => x.Pad([]), [2], i => i),
        new("Concat([x, x[.., ..2]], 1)", [2, 3], x => Tensor.Concat([x, x[.., ..2]], 1), [2, 5], i => [i[0], i[1] % 3]),
        new("Concat of three", [3, 2], x => Tensor.Concat([x[..2], x[2..], x[1..1]], -2), [3, 2], i => i),
        new("Stack([x, x.Flip(0)])", [3, 2], x => Tensor.Stack([x, x.Flip(0)]), [2, 3, 2], i => [i[0] == 0 ? i[1] : 2 - i[1], i[2]]),
        new("Stack([x, x], -1)", [3], x => Tensor.Stack([x, x], -1), [3, 2], i => [i[0]]),
        new("Stack of numbers", [], x => Tensor.Stack([x, x, x]), [3], _ => []),
        new("Diagonal()", [3, 4], x => x.Diagonal(), [3], i => [i[0], i[0]]),
        new("Diagonal(1)", [3, 3], x => x.Diagonal(1), [2], i => [i[0], i[0] + 1]),
        new("Diagonal(-2)", [4, 3], x => x.Diagonal(-2), [2], i => [i[0] + 2, i[0]]),
        new("Diagonal(7)", [4, 3], x => x.Diagonal(7), [0], i => i),
        new("Diagonal(0, -1, 0)", [3, 2, 4], x => x.Diagonal(0, -1, 0), [2, 3], i => [i[1], i[0], i[1]]),
        new("Diagonal(1, 0, -1)", [3, 2, 4], x => x.Diagonal(1, 0, -1), [2, 3], i => [i[1], i[0], i[1] + 1]),
        new("Tril()", [3, 4], x => x.Tril(), [3, 4], i => i[1] <= i[0] ? i : null),
        new("Tril(-1)", [2, 3, 3], x => x.Tril(-1), [2, 3, 3], i => i[2] <= i[1] - 1 ? i : null),
        new("Tril(int.MaxValue)", [3, 2], x => x.Tril(int.MaxValue), [3, 2], i => i),
        new("Triu()", [3, 4], x => x.Triu(), [3, 4], i => i[1] >= i[0] ? i : null),
        new("Triu(2)", [4, 3], x => x.Triu(2), [4, 3], i => i[1] >= i[0] + 2 ? i : null),
        new("Triu(int.MinValue)", [3, 2], x => x.Triu(int.MinValue), [3, 2], i => i),
        new("Triu of an empty axis", [0, 2], x => x.Triu(), [0, 2], i => i),
        new("Split(2)[1]", [5, 2], x => x.Split(2)[1], [2, 2], i => [i[0] + 2, i[1]]),
        new("Split(2)[2]", [5, 2], x => x.Split(2)[2], [1, 2], i => [4, i[1]]),
        new("Split of nothing", [0, 2], x => x.Split(3).Single(), [0, 2], i => i),
        new("Split([1, 0, 4], -1)[2]", [2, 5], x => x.Split([1, 0, 4], -1)[2], [2, 4], i => [i[0], i[1] + 1]),
        new("Chunk(3)[2]", [5], x => x.Chunk(3)[2], [1], _ => [4]),
        new("Chunk(4).Last()", [5], x => x.Chunk(4).Last(), [1], _ => [4]),
    ];

    public static TheoryData<string> Names => [.. All.Select(operation => operation.Name)];

    public static ShapeOperation Named(string name) => All.Single(operation => operation.Name == name);

    /// <summary>What the operation gives, element by element.</summary>
    public float[] Expected(float[] operand) =>
    [
        .. Enumerable.Range(0, (int)ResultShape.ElementCount).Select(place =>
        {
            int[] index = new int[ResultShape.Rank];
            for (int axis = index.Length - 1; axis >= 0; axis--)
            {
                (place, index[axis]) = Math.DivRem(place, ResultShape[axis]);
            }

            return Source(index) is { } source ? operand[source.Select((i, axis) => (i, axis)).Aggregate(0, (at, of) => (at * Shape[of.axis]) + of.i)] : 0;
        }),
    ];

    private static int[]? Inside(int[] index, int[] lengths) => index.Zip(lengths).All(of => of.First >= 0 && of.First < of.Second) ? index : null;
}
