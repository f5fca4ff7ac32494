using Quern.Tensors;

namespace Quern.Nn.Tests.Gradients;

/// <summary>The cases of modules in which several paths meet.</summary>
internal static class CompositeGradientCases
{
    public static IReadOnlyList<GradientCase> All { get; } =
    [
        .. new Shape[] { [1, 1], [7, 5], [3, 2, 11] }.Select(shape => new GradientCase(
            $"Residual, {shape}", shape,
            (random, device) => new Residual(new Sequential(new Linear(shape[^1], shape[^1], random, device: device), new Tanh())),
            (f, x, p) => Add(x, f.Tanh(f.Linear(x, p["module.0.weight"], p["module.0.bias"]))))),

        new("Residual with a shortcut", [6, 5],
            (random, device) => new Residual(
                new Sequential(new Sigmoid(), new Linear(5, 3, random, device: device)), new Linear(5, 3, random, bias: false, device: device)),
            (f, x, p) => Add(f.Linear(f.Sigmoid(x), p["module.1.weight"], p["module.1.bias"]), f.Linear(x, p["shortcut.weight"]))),

        // Without a layer on the way x counts twice.
        new("Residual of nothing", [3, 4], (_, _) => new Residual(new Sequential()), (_, x, _) => Add(x, x)),

        // With inputs so far apart no output comes near the kink.
        new("Residual within Residual, behind Linear and before Relu in place", [2, 3],
            (random, device) => new Sequential(
                new Linear(3, 4, random, device: device), new Residual(new Sequential(new Residual(new Tanh()), new Linear(4, 4, random, device: device))), new Relu(inPlace: true)),
            (f, x, p) =>
            {
                x = f.Linear(x, p["0.weight"], p["0.bias"]);
                return f.Relu(Add(x, f.Linear(Add(x, f.Tanh(x)), p["1.module.1.weight"], p["1.module.1.bias"])));
            }) { Scale = 2 },
    ];

    private static PlainTensor Add(PlainTensor left, PlainTensor right) => new(left.Shape, [.. left.Values.Zip(right.Values, (a, b) => a + b)]);
}
