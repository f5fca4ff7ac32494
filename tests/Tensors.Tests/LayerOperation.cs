using Quern.Kernels.Operators;
using Quern.Tests.Shared;

namespace Quern.Tensors.Tests;

/// <summary>An operation that layers ask of a device, declared once for the devices that are held against the processor.</summary>
/// <param name="Name">What is run, for people.</param>
/// <param name="Run">Runs it on a device, on matrices of this shape, and gives all that it wrote.</param>
/// <param name="Activation">The operation itself, if it is an activation.</param>
internal sealed record LayerOperation(string Name, Func<Device, Shape, Tensor[]> Run, LayerActivation? Activation = null)
{
    private const double Far = 1000;

    public static IReadOnlyList<LayerOperation> All { get; } =
    [
        ElementWise("LeakyRelu", new(
            (device, x, y) => device.Binary<LeakyReluOperator>(x, 0.2f, y),
            (device, g, x, result) => device.Ternary<LeakyReluGradientOperator>(g, x, 0.2f, result),
            x => x > 0 ? x : 0.2f * x,
            x => x > 0 ? 1 : 0.2f)),
        ElementWise("Gelu", new(
            (device, x, y) => device.Unary<GeluOperator>(x, y),
            (device, g, x, result) => device.Binary<GeluGradientOperator>(g, x, result),
            x => Math.Max(x, -Far) * NormalDistribution.Phi(x),
            x => NormalDistribution.Phi(x) + (Near(x) * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI)))),
        ElementWise("Gelu with tanh", new(
            (device, x, y) => device.Unary<GeluTanhOperator>(x, y),
            (device, g, x, result) => device.Binary<GeluTanhGradientOperator>(g, x, result),
            x => Math.Max(x, -Far) * Logistic(GateOf(x)),
            x => Logistic(GateOf(x)) * (1 + (Near(x) * Logistic(-GateOf(x)) * 2 * Math.Sqrt(2 / Math.PI) * (1 + (0.134145 * Near(x) * Near(x))))))),
        ElementWise("Silu", new(
            (device, x, y) => device.Unary<SiluOperator>(x, y),
            (device, g, x, result) => device.Binary<SiluGradientOperator>(g, x, result),
            x => Math.Max(x, -Far) * Logistic(x),
            x => Logistic(x) * (1 + (Near(x) * Logistic(-x))))),
        ElementWise("Softplus", new(
            (device, x, y) => device.Binary<SoftplusOperator>(x, 0.5f, y),
            (device, g, x, result) => device.Ternary<SoftplusGradientOperator>(g, x, 0.5f, result),
            x => 2 * (Math.Max(x / 2, 0) + LogOnePlus(Math.Exp(-Math.Abs(x / 2)))),
            x => Logistic(x / 2))),
        ElementWise("Elu", new(
            (device, x, y) => device.Binary<EluOperator>(x, 0.5f, y),
            (device, g, x, result) => device.Ternary<EluGradientOperator>(g, x, 0.5f, result),
            x => x > 0 ? x : 0.5 * (x > -1e-5 ? x + (x * x / 2) : Math.Exp(x) - 1),
            x => x > 0 ? 1 : 0.5 * Math.Exp(x))),
        new("Softmax", (device, shape) =>
        {
            Tensor x = Numbers(device, shape, 1, -9, 9);
            Tensor output = Tensor.Zeros(shape, device);
            Tensor inputGradient = Tensor.Zeros(shape, device);
            device.Softmax(x, output);
            device.SoftmaxBackward(Numbers(device, shape, 2, -1, 1), output, inputGradient);
            device.Softmax(x, x);
            return [output, inputGradient, x];
        }),
        LayerNorm("LayerNorm", affine: true, inPlace: false),
        LayerNorm("LayerNorm without weights", affine: false, inPlace: false),
        LayerNorm("LayerNorm in place", affine: true, inPlace: true),
        .. LossOperation.All.SelectMany(loss => (LayerOperation[])
        [
            Loss(loss.Name, loss.Low, loss.High, (device, output, target, result, gradient) =>
                loss.Run(device, output, target, 0.5, result, gradient, null)),
            Loss($"{loss.Name} by its target", loss.Low, loss.High, (device, output, target, result, gradient) =>
                loss.Run(device, output, target, 0.5, result, null, gradient)),
        ]),
        Loss("CrossEntropy of probabilities", -9, 9, (device, output, target, loss, gradient) =>
            device.CrossEntropy(output, target, 0.5, loss, gradient)),
        Loss("CrossEntropy of classes", -9, 9, (device, output, target, loss, gradient) =>
            device.CrossEntropy(output, target.ArgMax(1), 0.5, loss, gradient)),
        Loss("CrossEntropy of weighted, smoothed classes, some ignored", -9, 9, (device, output, target, loss, gradient) =>
            device.CrossEntropy(output, target.ArgMax(1), 0.5, loss, gradient, Weighted(device, output.Shape[1], ignored: output.Shape[1] / 2))),
        Loss("CrossEntropy of weighted, smoothed probabilities", -9, 9, (device, output, target, loss, gradient) =>
            device.CrossEntropy(output, target, 0.5, loss, gradient, Weighted(device, output.Shape[1], ignored: null))),
        Loss("CrossEntropy in place", -9, 9, (device, output, target, loss, gradient) =>
        {
            device.CrossEntropy(output, target.ArgMax(1), 0.5, loss, gradient is null ? null : output);
            gradient?.CopyFrom(output);
        }),
        new("Embedding", (device, shape) =>
        {
            // A row that is named often, some once or not at all, and one whose gradient is left out.
            int[] rows = [.. Enumerable.Range(0, (2 * shape[0]) + 3).Select(i => i % 3 == 0 ? 0 : i * i % shape[0])];
            RowSegments segments = new();
            segments.Build(rows, skipped: shape[0] > 1 ? 1 : -1);
            Tensor result = Tensor.Zeros([rows.Length, shape[1]], device);
            Tensor gradient = Numbers(device, shape, 3, -1, 1);
            device.Embedding(Numbers(device, shape, 1, -1, 1), rows, result);
            device.EmbeddingBackward(Numbers(device, result.Shape, 2, -1, 1), segments, gradient);
            return [result, gradient];
        }),
        new("Norm and ClipNorm", (device, shape) =>
        {
            Tensor x = Numbers(device, shape, 1, -2, 2);
            Tensor unclipped = Numbers(device, shape, 1, -2, 2);
            Tensor sum = Tensor.Full([], 5, device);
            Tensor norm = Tensor.Full([], 5, device);
            device.Norm(x, sum, accumulate: true);
            device.Norm(x, norm, accumulate: false);
            device.ClipNorm(unclipped, norm, 1e6f);
            device.ClipNorm(x, norm, 0.5f);
            return [sum, norm, unclipped, x];
        }),
    ];

    public static TheoryData<string> ActivationNames => [.. All.Where(operation => operation.Activation is not null).Select(operation => operation.Name)];

    public static TheoryData<string> Names => [.. All.Select(operation => operation.Name)];

    public static LayerOperation Named(string name) => All.Single(operation => operation.Name == name);

    /// <summary>The same numbers on every device, in the middle of a larger tensor.</summary>
    public static Tensor Numbers(Device device, Shape shape, ulong seed, float low, float high) =>
        Tensor.Random(shape.With(0, shape[0] + 2), new Generator(seed), low, high).To(device).Rows(1, shape[0]);

    // The last run writes over the operand, as layers may.
    private static LayerOperation ElementWise(string name, LayerActivation activation) => new(
        name,
        (device, shape) =>
        {
            Tensor x = Numbers(device, shape, 1, -7, 7);
            Tensor output = Tensor.Zeros(shape, device);
            Tensor gradient = Numbers(device, shape, 2, -2, 2);
            activation.Forward(device, x, output);
            activation.Backward(device, gradient, x, gradient);
            activation.Forward(device, x, x);
            return [output, gradient, x];
        },
        activation);

    private static CrossEntropyOptions Weighted(Device device, int classes, int? ignored)
    {
        Tensor weight = Numbers(device, [classes], 3, 0.1f, 2);
        return new CrossEntropyOptions(weight, weight.ToArray(), 0.2, ignored, IsMean: true);
    }

    private static double LogOnePlus(double x) => x < 1e-5 ? x - (x * x / 2) : Math.Log(1 + x);

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    // Beyond this the formulas of activations have reached their limits; they would be 0 · ∞ at last.
    private static double Near(double x) => Math.Clamp(x, -Far, Far);

    private static double GateOf(double x) => 2 * Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x));

    private static LayerOperation LayerNorm(string name, bool affine, bool inPlace) => new(name, (device, shape) =>
    {
        Tensor x = Numbers(device, shape, 1, 1, 5);
        Tensor gradient = Numbers(device, shape, 2, -1, 1);
        Tensor? weight = affine ? Numbers(device, [shape[1]], 3, -1, 1) : null;
        Tensor? bias = affine ? Numbers(device, [shape[1]], 4, -1, 1) : null;
        Tensor mean = Tensor.Zeros([shape[0]], device);
        Tensor inverse = Tensor.Zeros([shape[0]], device);
        Tensor weightProduct = Tensor.Zeros(shape, device);
        Tensor output = inPlace ? Numbers(device, shape, 1, 1, 5) : Tensor.Zeros(shape, device);
        Tensor inputGradient = inPlace ? gradient : Tensor.Zeros(shape, device);
        device.LayerNorm(inPlace ? output : x, weight, bias, shape[1], 0.1f, output, mean, inverse);
        device.LayerNormBackward(gradient, x, weight, mean, inverse, shape[1], inputGradient, affine ? weightProduct : null);
        return [output, mean, inverse, inputGradient, weightProduct];
    });

    // With the gradient and without; targets are from 0 to 1.
    private static LayerOperation Loss(string name, float low, float high, Action<Device, Tensor, Tensor, Tensor, Tensor?> run) =>
        new(name, (device, shape) =>
        {
            Tensor loss = Tensor.Zeros([], device);
            Tensor lossAlone = Tensor.Zeros([], device);
            Tensor gradient = Tensor.Zeros(shape, device);
            run(device, Numbers(device, shape, 1, low, high), Numbers(device, shape, 2, 0, 1), loss, gradient);
            run(device, Numbers(device, shape, 1, low, high), Numbers(device, shape, 2, 0, 1), lossAlone, null);
            return [loss, lossAlone, gradient];
        });
}

/// <summary>An activation whose derivative follows from its input, and both in double precision for one number.</summary>
/// <param name="Forward">Takes x and writes the output.</param>
/// <param name="Backward">Takes the output's gradient and x, and writes the input's gradient.</param>
/// <param name="Plain">The formula.</param>
/// <param name="Derivative">Its derivative.</param>
internal sealed record LayerActivation(
    Action<Device, Tensor, Tensor> Forward,
    Action<Device, Tensor, Tensor, Tensor> Backward,
    Func<double, double> Plain,
    Func<double, double> Derivative);
