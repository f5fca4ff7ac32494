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

        new("Concat of channels", [2, 3, 5, 4],
            (random, device) => new Concat(
                1,
                new Conv2d(3, 2, 1, random, device: device),
                new Sequential(new Conv2d(3, 4, 3, random, padding: 1, bias: false, device: device), new Tanh()),
                new Sequential()),
            (f, x, p) => Join(
                1, f.Conv2d(x, p["0.weight"], p["0.bias"], 1, 0, 1, 1), f.Tanh(f.Conv2d(x, p["1.0.weight"], null, 1, 1, 1, 1)), x)),

        .. new Shape[] { [1, 1], [7, 5], [3, 2, 11] }.Select(shape => new GradientCase(
            $"Concat along the last axis, {shape}", shape,
            (random, device) => new Concat(-1, new Sigmoid(), new Linear(shape[^1], 3, random, device: device)),
            (f, x, p) => Join(-1, f.Sigmoid(x), f.Linear(x, p["1.weight"], p["1.bias"])))),

        new("Concat of one", [4, 3], (_, _) => new Concat(1, new Tanh()), (f, x, _) => f.Tanh(x)),

        new("Split in equal parts", [2, 6, 5],
            (random, device) => new Split(1, new Tanh(), new Sequential(new Sigmoid(), new Tanh()), new Sequential()),
            (f, x, _) => Join(1, f.Tanh(Part(x, 1, 0, 2)), f.Tanh(f.Sigmoid(Part(x, 1, 2, 2))), Part(x, 1, 4, 2))),

        new("Split along the last axis", [7, 11],
            (random, device) => new Sequential(
                new Split(-1, (3, new Linear(3, 5, random, device: device)), (8, new Sequential(new Relu(inPlace: true), new Linear(8, 2, random, device: device)))), new Tanh()),
            (f, x, p) => f.Tanh(Join(
                -1,
                f.Linear(Part(x, 1, 0, 3), p["0.0.weight"], p["0.0.bias"]),
                f.Linear(f.Relu(Part(x, 1, 3, 8)), p["0.1.1.weight"], p["0.1.1.bias"])))),

        new("Residual of Concat of Split", [4, 6],
            (random, device) => new Sequential(
                new Linear(6, 6, random, device: device),
                new Residual(new Sequential(new Concat(1, new Split(1, new Tanh(), new Sigmoid()), new Linear(6, 2, random, device: device)), new Linear(8, 6, random, device: device)))),
            (f, x, p) =>
            {
                x = f.Linear(x, p["0.weight"], p["0.bias"]);
                PlainTensor y = Join(
                    1, f.Tanh(Part(x, 1, 0, 3)), f.Sigmoid(Part(x, 1, 3, 3)), f.Linear(x, p["1.module.0.1.weight"], p["1.module.0.1.bias"]));
                return Add(x, f.Linear(y, p["1.module.1.weight"], p["1.module.1.bias"]));
            }),

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

    private static PlainTensor Join(int axis, params PlainTensor[] parts)
    {
        Shape first = parts[0].Shape;
        axis = axis < 0 ? axis + first.Rank : axis;
        int outer = first.Take(axis).Aggregate(1, (product, length) => product * length);
        Shape shape = first.With(axis, parts.Sum(part => part.Shape[axis]));
        return new PlainTensor(shape, [.. Enumerable.Range(0, outer).SelectMany(i => parts.SelectMany(part => part.Values.Chunk(part.Values.Length / outer).ElementAt(i)))]);
    }

    private static PlainTensor Part(PlainTensor x, int axis, int start, int length)
    {
        int inner = x.Shape.Skip(axis + 1).Aggregate(1, (product, count) => product * count);
        return new PlainTensor(
            x.Shape.With(axis, length), [.. x.Values.Chunk(x.Shape[axis] * inner).SelectMany(run => run.Skip(start * inner).Take(length * inner))]);
    }

    private static PlainTensor Add(PlainTensor left, PlainTensor right) => new(left.Shape, [.. left.Values.Zip(right.Values, (a, b) => a + b)]);
}
