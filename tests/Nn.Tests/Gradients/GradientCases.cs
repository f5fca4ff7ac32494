using Quern.Mnist.Models;
using Quern.Tensors;

namespace Quern.Nn.Tests.Gradients;

/// <summary>
/// Every layer, loss and network that is checked. To have a new layer checked, write its formula in
/// <see cref="PlainFormulas"/> and add a line here.
/// </summary>
internal static class GradientCases
{
    // Batch, inputs, outputs: ones, primes, more inputs than samples, and around the tiles of the products.
    private static readonly (int Batch, int Inputs, int Outputs)[] Sizes =
        [(1, 1, 1), (1, 7, 5), (2, 3, 1), (3, 29, 2), (5, 1, 3), (13, 11, 17), (16, 32, 8), (7, 65, 33)];

    private static readonly Shape[] ElementWiseShapes = [[1, 1], [1, 13], [7, 5], [3, 2, 11], [17], [19, 31]];

    public static IReadOnlyList<GradientCase> All { get; } =
    [
        .. Sizes.Select(size => new GradientCase(
            $"Linear, {size.Batch} x {size.Inputs} to {size.Outputs}", [size.Batch, size.Inputs],
            (random, device) => new Linear(size.Inputs, size.Outputs, random, device: device),
            (f, x, p) => f.Linear(x, p["weight"], p["bias"]))),

        .. Sizes.Select(size => new GradientCase(
            $"Linear without bias, {size.Batch} x {size.Inputs} to {size.Outputs}", [size.Batch, size.Inputs],
            (random, device) => new Linear(size.Inputs, size.Outputs, random, bias: false, device: device),
            (f, x, p) => f.Linear(x, p["weight"]))),

        .. new Shape[] { [3, 4, 5], [2, 3, 1, 5], [1, 1, 5] }.Select(shape => new GradientCase(
            $"Linear along the last axis of {shape}", shape, (random, device) => new Linear(5, 7, random, device: device),
            (f, x, p) => f.Linear(x, p["weight"], p["bias"]))),

        new("Sequential along the last axis: Linear, Tanh, Linear, Relu", [3, 4, 5],
            (random, device) => new Sequential(
                new Linear(5, 6, random, device: device), new Tanh(), new Linear(6, 3, random, bias: false, device: device), new Relu()),
            (f, x, p) => f.Relu(f.Linear(f.Tanh(f.Linear(x, p["0.weight"], p["0.bias"])), p["2.weight"]))),

        .. ElementWiseShapes.Select(shape => new GradientCase(
            $"Relu, {shape}", shape, (_, _) => new Relu(), (f, x, _) => f.Relu(x))),

        .. ElementWiseShapes.Select(shape => new GradientCase(
            $"Relu in place, {shape}", shape, (_, _) => new Relu(inPlace: true), (f, x, _) => f.Relu(x))),

        .. ElementWiseShapes.Select(shape => new GradientCase(
            $"Sigmoid, {shape}", shape, (_, _) => new Sigmoid(), (f, x, _) => f.Sigmoid(x)) { Scale = 4 }),

        .. ElementWiseShapes.Select(shape => new GradientCase(
            $"Tanh, {shape}", shape, (_, _) => new Tanh(), (f, x, _) => f.Tanh(x)) { Scale = 3 }),

        // Of 35 values, those at 0, 5, … 30 are 0.
        new("Relu with zeros", [7, 5], (_, _) => new Relu(), (f, x, _) => f.Relu(x)) { ZeroEvery = 5, Kinks = 7 },

        // Most values are so far out that the gradient is zero, or 1 - y no more than a rounding error.
        new("Sigmoid far out", [19, 31], (_, _) => new Sigmoid(), (f, x, _) => f.Sigmoid(x)) { Scale = 100 },

        new("Tanh far out", [19, 31], (_, _) => new Tanh(), (f, x, _) => f.Tanh(x)) { Scale = 100 },

        new("Sequential of nothing", [3, 5], (_, _) => new Sequential(Array.Empty<Module>()), (_, x, _) => x),

        new("Sequential: Linear", [3, 5],
            (random, device) => new Sequential(new Linear(5, 7, random, device: device)),
            (f, x, p) => f.Linear(x, p["0.weight"], p["0.bias"])),

        // Each activation is computed with the product above it, and its derivative with the product below.
        new("Sequential: Linear, Tanh, Linear, Relu, Linear, Sigmoid", [6, 11],
            (random, device) => new Sequential(
                new Linear(11, 13, random, device: device), new Tanh(),
                new Linear(13, 17, random, bias: false, device: device), new Relu(),
                new Linear(17, 5, random, device: device), new Sigmoid()),
            (f, x, p) =>
            {
                x = f.Tanh(f.Linear(x, p["0.weight"], p["0.bias"]));
                x = f.Relu(f.Linear(x, p["2.weight"]));
                return f.Sigmoid(f.Linear(x, p["4.weight"], p["4.bias"]));
            }),

        // No product next to these activations to compute them with.
        new("Sequential: Sigmoid, Tanh, Linear, Linear, Relu, Tanh", [5, 3],
            (random, device) => new Sequential(
                new Sigmoid(), new Tanh(),
                new Linear(3, 7, random, device: device), new Linear(7, 7, random, device: device), new Relu(), new Tanh()),
            (f, x, p) =>
            {
                x = f.Linear(f.Tanh(f.Sigmoid(x)), p["2.weight"], p["2.bias"]);
                return f.Tanh(f.Relu(f.Linear(x, p["3.weight"], p["3.bias"])));
            }),

        new("Sequential: Relu first", [5, 3],
            (random, device) => new Sequential(new Relu(), new Linear(3, 2, random, device: device)),
            (f, x, p) => f.Linear(f.Relu(x), p["1.weight"], p["1.bias"])),

        new("Sequential: in place throughout", [5, 3],
            (random, device) => new Sequential(
                new Linear(3, 7, random, device: device), new Tanh(), new Relu(inPlace: true),
                new Linear(7, 4, random, device: device), new Relu(inPlace: true)),
            (f, x, p) =>
            {
                x = f.Relu(f.Tanh(f.Linear(x, p["0.weight"], p["0.bias"])));
                return f.Relu(f.Linear(x, p["3.weight"], p["3.bias"]));
            }),

        new("Sequential of named Sequentials", [4, 5],
            (random, device) => new Sequential(
                ("encoder", new Sequential(("fc", new Linear(5, 3, random, device: device)), ("act", new Tanh()))),
                ("decoder", new Sequential(("fc", new Linear(3, 5, random, device: device)), ("act", new Sigmoid())))),
            (f, x, p) =>
            {
                x = f.Tanh(f.Linear(x, p["encoder.fc.weight"], p["encoder.fc.bias"]));
                return f.Sigmoid(f.Linear(x, p["decoder.fc.weight"], p["decoder.fc.bias"]));
            }),

        .. ElementWiseShapes.Select(shape => new GradientCase(
            $"MseLoss, {shape}", shape,
            (_, device) => new NetworkWithLoss(null, Samples.Tensor(shape, 3, device)),
            (f, x, _) => f.MseLoss(x, Target(x.Shape, shape)))),

        new("MseLoss behind a network", [7, 5],
            (random, device) => new NetworkWithLoss(
                new Sequential(new Linear(5, 3, random, device: device), new Tanh()), Samples.Tensor([7, 3], 3, device)),
            (f, x, p) => f.MseLoss(f.Tanh(f.Linear(x, p["network.0.weight"], p["network.0.bias"])), Target([x.Shape[0], 3], [7, 3]))),

        new("Autoencoder", [3, Autoencoder.Pixels],
            (random, device) => new Autoencoder(random, bottleneck: 3, device), (f, x, p) => f.Autoencoder(x, p)) { Coordinates = 12 },

        new("Autoencoder with its loss", [2, Autoencoder.Pixels],
            (random, device) => new NetworkWithLoss(
                new Autoencoder(random, bottleneck: 2, device), Samples.Tensor([2, Autoencoder.Pixels], 3, device)),
            (f, x, p) => f.MseLoss(
                f.Autoencoder(x, p.ToDictionary(named => named.Key["network.".Length..], named => named.Value)),
                Target(x.Shape, [2, Autoencoder.Pixels]))) { Coordinates = 12 },

        .. LayerGradientCases.All,

        .. ImageGradientCases.All,

        .. CompositeGradientCases.All,
    ];

    public static GradientCase Named(string name) => All.Single(candidate => candidate.Name == name);

    // The first rows of the target that the module was given.
    private static PlainTensor Target(Shape shape, Shape whole) =>
        new(shape, [.. Samples.Values(whole, 3).Take((int)shape.ElementCount).Select(value => (double)value)]);
}
