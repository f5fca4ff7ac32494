using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Quern.Tensors.Tests;

/// <summary>
/// The lines of docs/from-numpy-and-pytorch.md: the code of each is what stands on the page, and gives the result that stands beside it, which is
/// NumPy's and PyTorch's.
/// </summary>
public sealed partial class FromNumPyTests
{
    [Fact]
    public void Every_line_of_the_page_is_run_and_gives_the_result_beside_it()
    {
        Tensor x = Tensor.From([[1, -2, 3], [4, 5, -6]]);
        Tensor v = Tensor.From(1, 2, 4);
        Tensor m = Tensor.From([1, 2, 3, 4], [2, 2]);
        (string Code, string Result)[] lines =
        [
            // Creation.
            Row(Tensor.From([[1, -2, 3], [4, 5, -6]])),
            Row(Tensor.From(1, 2, 4)),
            Row(Tensor.From([1, 2, 3, 4], [2, 2])),
            Row(Tensor.Scalar(0.5)),
            Row(Tensor.Zeros(2, 2)),
            Row(Tensor.Ones(2, 2)),
            Row(Tensor.Full([3], 7)),
            Row(Tensor.Arange(4)),
            Row(Tensor.Arange(1, 2, 0.25)),
            Row(Tensor.Arange(5, 0, -2)),
            Row(Tensor.Linspace(0, 1, 5)),
            Row(Tensor.Eye(2, 3)),

            // Random numbers.
            Random(Tensor.Random([2, 3], new Generator(1))),
            Random(Tensor.RandomNormal([2, 3], new Generator(1))),
            Random(Tensor.Bernoulli([5], 0.3, new Generator(1))),
            Random(Tensor.Permutation(5, new Generator(1))),
            Random(v.Multinomial(4, new Generator(1), replacement: true)),

            // Shapes and elements.
            Row(x.Shape),
            Row(x.Rank),
            Row(x.ElementCount),
            Row(x.Reshape(3, 2)),
            Row(x.Reshape(-1)),
            Row(x.Transpose()),
            Row(x[1, 2]),
            Row(x[1..]),
            Row(x[.., 1..]),
            Row(x[1, ..]),
            Row(x.Row(^1)),
            Row(x.Slice(1, step: -1)),
            Row(x.Flip()),
            Row(v.Unsqueeze(0)),
            Row(x[..1].Squeeze()),
            Row(x.Flatten()),
            Row(x.Permute(1, 0)),
            Row(v.Expand(2, 3)),
            Row(v.Repeat(2, 2)),
            Row(v.Roll(1)),
            Row(Tensor.Concat([m, m], 1)),
            Row(Tensor.Stack([v, v], 1)),
            Row(x.Split(1, 1)[2]),
            Row(v.Chunk(2)[0]),
            Row(v.Pad([1, 2])),
            Row(m.Diagonal()),
            Row(m.Tril()),
            Row(m.Triu()),
            Row(x.IndexSelect(1, 2, 0)),
            Row(x.Gather(1, Tensor.From([[2], [0]]))),
            Row(x.Scatter(1, Tensor.From([[2], [0]]), 9)),
            Row(m.ScatterAdd(1, Tensor.From([[1, 1]]), Tensor.From([[5, 6]]))),
            Row(x.Clone()),
            Row(x.Sum().Item()),

            // Arithmetic, element by element.
            Row(x + v),
            Row(1 - x),
            Row(x * 2),
            Row(x / v),
            Row(-x),
            Row(x.Square()),
            Row(v.Power(0.5)),
            Row(x.Abs()),
            Row(v.Sqrt()),
            Row(v.Reciprocal()),
            Row(v.Exp()),
            Row((v / 4).Expm1()),
            Row(v.Log()),
            Row(v.Log1p()),
            Row(v.Sin()),
            Row(v.Cos()),
            Row(x.Atan2(v)),
            Row(v.Tanh()),
            Row(v.Sigmoid()),
            Row(x.Relu()),
            Row(v.Erf()),
            Row((x / 2).Floor()),
            Row((x / 2).Ceil()),
            Row((x / 2).Round()),
            Row(x.Sign()),
            Row(x.Clamp(-1, 3)),
            Row(x.Maximum(v)),
            Row(x.Minimum(0)),

            // Conditions: 1 and 0.
            Row(x > 0),
            Row(x == v),
            Row(x != 4),
            Row((x > 0).LogicalAnd(x < 4)),
            Row((x < 0).LogicalOr(x > 3)),
            Row(x.LogicalNot()),
            Row(x.IsNaN()),
            Row(x.IsFinite()),
            Row(x.IsInf()),
            Row(x.AllClose(x + 1e-9)),
            Row(Tensor.Where(x > 0, x, v)),
            Row(x.MaskedFill(x <= 0, -1)),
            Row(x.MaskedSelect(x > 0)),
            Row(v.OneHot()),

            // Along axes.
            Row(x.Sum()),
            Row(x.Sum(0)),
            Row(x.Sum(-1, keepAxis: true)),
            Row(x.Mean(1)),
            Row(x.Prod(0)),
            Row(x.Max(0)),
            Row(x.Min()),
            Row(x.ArgMax(1)),
            Row(x.ArgMin()),
            Row((x > 4).Any(1)),
            Row((x > -6).All()),
            Row(x.Var(1)),
            Row(x.Std(correction: 0)),
            Row(x.Norm()),
            Row(x.Norm(1, 1)),
            Row(x.LogSumExp(1)),
            Row(x.CumSum(1)),
            Row(x.CumProd(0)),
            Row(x.Sort().Values),
            Row(x.ArgSort(0)),
            Row(x.Sort(descending: true).Values),
            Row(x.TopK(2).Indices),
            Row(v.Median()),
            Row(x.Quantile(0.5, 1)),
            Row(x.Quantile(0.3)),

            // Products.
            Row(m.MatMul(m)),
            Row(m.MatMul(m, transposeRight: true)),
            Row(x.MatMul(v)),
            Row(v.MatMul(v)),
            Row(v.Outer(v)),
            Row(Tensor.Einsum("ij,kj->ik", x, x)),
            Row(Tensor.Einsum("ii", m)),
            Row(Tensor.Stack([m, m]).MatMul(m)),
        ];

        string page = File.ReadAllText(Path.Combine(Root(AppContext.BaseDirectory), "docs", "from-numpy-and-pytorch.md"));
        Assert.Equal(Lined().Matches(page).Select(row => (row.Groups["code"].Value, row.Groups["result"].Value.TrimEnd())), lines);
    }

    // The code is the text of the argument itself.
    private static (string Code, string Result) Row(object result, [CallerArgumentExpression(nameof(result))] string code = "") => (code, Text(result));

    private static (string Code, string Result) Random(Tensor result, [CallerArgumentExpression(nameof(result))] string code = "") => (code, $"of shape {result.Shape}");

    private static string Text(object value) => value is Tensor tensor
        ? Whitespace().Replace(tensor.ToString().Replace($"Tensor {tensor.Shape} cpu", string.Empty, StringComparison.Ordinal).Trim(), " ").Replace("[ ", "[", StringComparison.Ordinal)
        : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static string Root(string folder) => File.Exists(Path.Combine(folder, "Quern.slnx")) ? folder : Root(Path.GetDirectoryName(folder)!);

    // The last two of four columns, of which the first is not a name.
    [GeneratedRegex(@"^\| (?:`[^`]*`|–) \| `[^`]*` \| `(?<code>[^`]*)` \| (?<result>[^`|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Lined();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();
}
