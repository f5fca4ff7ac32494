using Quern.Nn;
using static Quern.Onnx.Import.Formula;

namespace Quern.Onnx.Import;

/// <summary>Layers that a file holds as formulas, in the forms in which exporters write them.</summary>
internal static class FormulaTable
{
    /// <summary>The operators that are read only as parts of formulas.</summary>
    public static IReadOnlySet<string> Operators { get; } = new HashSet<string> { "Add", "Mul", "Div", "Pow", "Erf" };

    /// <summary>The longest way from x to the result.</summary>
    public const int MaxDepth = 9;

    /// <summary>The formulas with the layers that compute them.</summary>
    public static IReadOnlyList<(Formula Formula, Func<float?, Module> Make)> All { get; } =
    [
        (Node("Mul", X, Node("Sigmoid", X)), _ => new Silu()),
        (Node("Div", Node("Softplus", Node("Mul", X, AnyNumber)), AnyNumber), beta => new Softplus(beta!.Value)),
        .. Gelu(Node("Erf", Node("Div", X, Number(Math.Sqrt(2)))), approximate: false),
        .. Gelu(Node("Erf", Node("Mul", X, Number(1 / Math.Sqrt(2)))), approximate: false),
        .. Gelu(Tanh(Node("Mul", X, Node("Mul", X, X))), approximate: true),
        .. Gelu(Tanh(Node("Mul", Node("Mul", X, X), X)), approximate: true),
        .. Gelu(Tanh(Node("Pow", X, Number(3))), approximate: true),
    ];

    private static Formula Tanh(Formula cube) =>
        Node("Tanh", Node("Mul", Number(Math.Sqrt(2 / Math.PI)), Node("Add", X, Node("Mul", Number(0.044715), cube))));

    // ½ x (1 + share), in each order of the products.
    private static (Formula Formula, Func<float?, Module> Make)[] Gelu(Formula share, bool approximate)
    {
        Formula sum = Node("Add", Number(1), share), half = Number(0.5);
        Formula[] forms = [Node("Mul", half, Node("Mul", X, sum)), Node("Mul", Node("Mul", half, X), sum), Node("Mul", X, Node("Mul", half, sum))];
        return [.. forms.Select(form => (form, (Func<float?, Module>)(_ => new Gelu(approximate))))];
    }
}
