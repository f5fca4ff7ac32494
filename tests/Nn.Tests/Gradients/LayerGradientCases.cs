using Quern.Tensors;

namespace Quern.Nn.Tests.Gradients;

/// <summary>The cases of activations, normalisation and losses.</summary>
internal static class LayerGradientCases
{
    private static readonly Shape[] Shapes = [[1, 1], [1, 13], [7, 5], [3, 2, 11], [17], [19, 31]];

    private static readonly Shape[] Matrices = [[1, 1], [1, 10], [7, 5], [13, 17], [29, 33]];

    public static IReadOnlyList<GradientCase> All { get; } =
    [
        .. Shapes.Select(shape => new GradientCase(
            $"LeakyRelu, {shape}", shape, (_, _) => new LeakyRelu(0.2f), (f, x, _) => f.LeakyRelu(x, 0.2f))),

        new("LeakyRelu with zeros", [7, 5], (_, _) => new LeakyRelu(), (f, x, _) => f.LeakyRelu(x, 0.01f)) { ZeroEvery = 5, Kinks = 7 },

        .. Shapes.Select(shape => new GradientCase(
            $"Gelu, {shape}", shape, (_, _) => new Gelu(), (f, x, _) => f.Gelu(x)) { Scale = 6 }),

        .. Shapes.Select(shape => new GradientCase(
            $"Gelu with tanh, {shape}", shape, (_, _) => new Gelu(approximate: true), (f, x, _) => f.GeluTanh(x)) { Scale = 4 }),

        .. Shapes.Select(shape => new GradientCase(
            $"Silu, {shape}", shape, (_, _) => new Silu(), (f, x, _) => f.Silu(x)) { Scale = 6 }),

        .. Shapes.Select(shape => new GradientCase(
            $"Softplus, {shape}", shape, (_, _) => new Softplus(2), (f, x, _) => x.Map(value => Math.Log(1 + Math.Exp(2 * value)) / 2)) { Scale = 4 }),

        .. Shapes.Select(shape => new GradientCase(
            $"Elu, {shape}", shape, (_, _) => new Elu(0.5f), (f, x, _) => f.Map(x, value => value > 0 ? value : 0.5 * (Math.Exp(value) - 1))) { Scale = 4 }),

        .. Shapes.Select(shape => new GradientCase(
            $"Softmax, {shape}", shape, (_, _) => new Softmax(), (f, x, _) => f.Softmax(x)) { Scale = 4 }),

        .. Matrices.Where(shape => shape[1] > 1).Select(shape => new GradientCase(
            $"LayerNorm, {shape}", shape, (_, device) => new LayerNorm([shape[1]], device: device),
            (f, x, p) => f.LayerNorm(x, shape[1], 1e-5f, p["weight"], p["bias"]))),

        new("LayerNorm without weights", [7, 5], (_, _) => new LayerNorm([5], affine: false), (f, x, _) => f.LayerNorm(x, 5, 1e-5f)),

        new("LayerNorm over two axes", [3, 2, 5, 7], (_, device) => new LayerNorm([5, 7], 0.1f, device: device),
            (f, x, p) => f.LayerNorm(x, 35, 0.1f, p["weight"], p["bias"])),

        .. new (int Groups, Shape Input)[] { (3, [2, 6, 3, 5]), (2, [3, 10]), (4, [2, 4, 7]), (1, [5, 3, 1]), (2, [1, 2, 13]) }.Select(shape => new GradientCase(
            $"GroupNorm, {shape.Groups} groups of {shape.Input}", shape.Input, (_, device) => new GroupNorm(shape.Groups, shape.Input[1], device: device),
            (f, x, p) => f.GroupNorm(x, shape.Groups, 1e-5f, p["weight"], p["bias"]))),

        new("GroupNorm without weights", [3, 4, 5], (_, _) => new GroupNorm(2, 4, 0.1f, affine: false), (f, x, _) => f.GroupNorm(x, 2, 0.1f)),

        .. new Shape[] { [1], [7], [5, 3], [2, 3, 2] }.Select(shape => new GradientCase(
            $"Embedding of {shape}", shape, (random, device) => new Embedding(6, 5, random, device: device), (f, x, p) => f.Embedding(x, p["weight"])) { Indices = 6 }),

        new("Embedding and Linear", [4, 9],
            (random, device) => new Sequential(new Embedding(3, 5, random, device: device), new Tanh(), new Linear(5, 2, random, device: device)),
            (f, x, p) => f.Linear(f.Tanh(f.Embedding(x, p["0.weight"])), p["2.weight"], p["2.bias"])) { Indices = 3 },

        .. new (int Heads, bool Causal, Shape Input)[] { (1, false, [1, 1, 1]), (2, false, [3, 5, 4]), (3, true, [2, 7, 9]), (1, true, [5, 3, 6]), (4, false, [1, 13, 4]), (2, true, [3, 17, 10]) }
            .Select(shape => new GradientCase(
                $"MultiheadAttention, {shape.Heads} {(shape.Causal ? "causal " : string.Empty)}heads of {shape.Input}", shape.Input,
                (random, device) => new MultiheadAttention(shape.Input[2], shape.Heads, random, causal: shape.Causal, device: device),
                (f, x, p) => f.MultiheadAttention(x, shape.Heads, shape.Causal, p)) { Scale = 2 }),

        new("MultiheadAttention without biases", [2, 5, 6], (random, device) => new MultiheadAttention(6, 2, random, bias: false, device: device),
            (f, x, p) => f.MultiheadAttention(x, 2, false, p)) { Scale = 2 },

        new("Residual of LayerNorm and MultiheadAttention", [2, 5, 6],
            (random, device) => new Residual(new Sequential(new LayerNorm([6], device: device), new MultiheadAttention(6, 2, random, causal: true, device: device))),
            (f, x, p) =>
            {
                PlainTensor y = f.MultiheadAttention(
                    f.LayerNorm(x, 6, 1e-5f, p["module.0.weight"], p["module.0.bias"]), 2, true, p.ToDictionary(named => named.Key["module.1.".Length..], named => named.Value));
                return new PlainTensor(x.Shape, [.. x.Values.Zip(y.Values, (a, b) => a + b)]);
            }),

        new("Flatten and Unflatten", [3, 2, 5],
            (random, device) => new Sequential(new Flatten(), new Linear(10, 6, random, device: device), new Unflatten([3, 2]), new Tanh()),
            (f, x, p) =>
            {
                PlainTensor y = f.Tanh(f.Linear(new PlainTensor([x.Shape[0], 10], x.Values), p["1.weight"], p["1.bias"]));
                return new PlainTensor([x.Shape[0], 3, 2], y.Values);
            }),

        .. Shapes.Select(shape => new GradientCase(
            $"BceLoss, {shape}", shape, (_, device) => new Sequential(new Sigmoid(), WithLoss(new BceLoss(), Fractions(shape), device)),
            (f, x, _) => f.BceLoss(f.Sigmoid(x), FirstRows(Fractions(shape), x.Shape))) { Scale = 3 }),

        .. Shapes.Select(shape => new GradientCase(
            $"BceWithLogitsLoss, {shape}", shape, (_, device) => WithLoss(new BceWithLogitsLoss(), Fractions(shape), device),
            (f, x, _) => f.BceWithLogitsLoss(x, FirstRows(Fractions(shape), x.Shape))) { Scale = 6 }),

        .. Shapes.Select(shape => new GradientCase(
            $"SmoothL1Loss, {shape}", shape, (_, device) => WithLoss(new SmoothL1Loss(0.5), Fractions(shape), device),
            (f, x, _) => f.Mean(x, FirstRows(Fractions(shape), x.Shape), (y, t) => Math.Abs(y - t) < 0.5 ? (y - t) * (y - t) : Math.Abs(y - t) - 0.25))),

        .. Shapes.Select(shape => new GradientCase(
            $"HuberLoss, {shape}", shape, (_, device) => WithLoss(new HuberLoss(0.5), Fractions(shape), device),
            (f, x, _) => f.Mean(x, FirstRows(Fractions(shape), x.Shape), (y, t) => Math.Abs(y - t) < 0.5 ? (y - t) * (y - t) / 2 : 0.5 * (Math.Abs(y - t) - 0.25)))),

        .. Matrices.Select(shape => new GradientCase(
            $"CrossEntropyLoss of classes, {shape}", shape, (_, device) => WithLoss(new CrossEntropyLoss(), Classes(shape), device),
            (f, x, _) => f.CrossEntropyLoss(x, OneHot(Classes(shape), x.Shape))) { Scale = 4 }),

        .. Matrices.Select(shape => new GradientCase(
            $"CrossEntropyLoss of probabilities, {shape}", shape, (_, device) => WithLoss(new CrossEntropyLoss(), Fractions(shape), device),
            (f, x, _) => f.CrossEntropyLoss(x, FirstRows(Fractions(shape), x.Shape))) { Scale = 4 }),

        .. Matrices.Select(shape => new GradientCase(
            $"CrossEntropyLoss of weighted, smoothed classes, some ignored, {shape}", shape,
            (_, device) => WithLoss(new CrossEntropyLoss(weight: ClassWeights(shape), ignoreIndex: shape[1] / 2, labelSmoothing: 0.1), Classes(shape), device),
            (f, x, _) => f.CrossEntropyLoss(x, OneHot(Classes(shape), x.Shape), ClassWeights(shape).ToArray(), 0.1, Classes(shape).ToArray(), shape[1] / 2)) { Scale = 4 }),

        .. Matrices.Select(shape => new GradientCase(
            $"CrossEntropyLoss of weighted, smoothed probabilities, {shape}", shape,
            (_, device) => WithLoss(new CrossEntropyLoss(weight: ClassWeights(shape), labelSmoothing: 0.1), Fractions(shape), device),
            (f, x, _) => f.CrossEntropyLoss(x, FirstRows(Fractions(shape), x.Shape), ClassWeights(shape).ToArray(), 0.1)) { Scale = 4 }),

        .. Matrices.Select(shape => new GradientCase(
            $"KlDivergence by its mean, {shape}", shape, (_, device) => new KlModule(Fractions(shape).To(device), ofMean: true),
            (f, x, _) => f.KlDivergence(x, FirstRows(Fractions(shape), x.Shape))) { Scale = 2 }),

        .. Matrices.Select(shape => new GradientCase(
            $"KlDivergence by its log-variance, {shape}", shape, (_, device) => new KlModule(Fractions(shape).To(device), ofMean: false),
            (f, x, _) => f.KlDivergence(FirstRows(Fractions(shape), x.Shape), x)) { Scale = 2 }),
    ];

    private static NetworkWithLoss WithLoss(Loss loss, Tensor target, Device device) => new(null, target.To(device), loss);

    private static Tensor Fractions(Shape shape) =>
        Tensor.From([.. Samples.Values(shape, 3).Select(value => (value + 1) / 2)], shape);

    private static Tensor Classes(Shape shape) =>
        Tensor.From([.. Enumerable.Range(0, shape[0]).Select(row => (float)(row * 7 % shape[1]))], [shape[0]]);

    private static Tensor ClassWeights(Shape shape) => Tensor.From([.. Enumerable.Range(0, shape[1]).Select(j => 0.75f + (0.25f * (j % 3)))], [shape[1]]);

    // The part of the target that belongs to a batch of this shape.
    private static PlainTensor FirstRows(Tensor target, Shape shape) =>
        new(shape, [.. target.ToArray().Take((int)shape.ElementCount).Select(value => (double)value)]);

    private static PlainTensor OneHot(Tensor classes, Shape shape)
    {
        PlainTensor result = new(shape);
        for (int row = 0; row < shape[0]; row++)
        {
            result.Values[(row * shape[1]) + (int)classes[row]] = 1;
        }

        return result;
    }

    /// <summary>The divergence as a module of the one operand; the other is fixed.</summary>
    private sealed class KlModule(Tensor other, bool ofMean) : Module
    {
        private readonly KlDivergence _divergence = new();

        public override Tensor Forward(Tensor input)
        {
            Tensor rows = other.Rows(0, input.Shape[0]);
            return ofMean ? _divergence.Forward(input, rows) : _divergence.Forward(rows, input);
        }

        public override Tensor Backward(Tensor outputGradient)
        {
            (Tensor mean, Tensor logVariance) = _divergence.Backward();
            return (ofMean ? mean : logVariance) * outputGradient;
        }
    }
}
