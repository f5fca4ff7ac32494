using Quern.Tensors;

namespace Quern.Nn.Tests.Gradients;

/// <summary>The cases of batch normalisation, convolution and pooling.</summary>
internal static class ImageGradientCases
{
    // Input, outputs, size, stride, padding, dilation: a batch of one, windows as large as the picture, strides that leave a rest.
    private static readonly (Shape Input, int Outputs, int Size, int Stride, int Padding, int Dilation)[] Convolutions =
    [
        ([1, 1, 1, 1], 1, 1, 1, 0, 1),
        ([2, 3, 4, 5], 2, 1, 1, 0, 1),
        ([3, 2, 5, 6], 3, 3, 1, 0, 1),
        ([2, 1, 7, 7], 4, 3, 2, 1, 1),
        ([1, 2, 8, 5], 3, 3, 2, 1, 1),
        ([2, 2, 6, 7], 1, 2, 3, 0, 1),
        ([2, 1, 3, 3], 5, 3, 1, 2, 1),
        ([2, 2, 7, 9], 2, 3, 2, 2, 2),
        ([19, 1, 4, 4], 2, 3, 1, 1, 1),
    ];

    // The same with an output padding.
    private static readonly (Shape Input, int Outputs, int Size, int Stride, int Padding, int OutputPadding, int Dilation)[] Transposed =
    [
        ([1, 1, 1, 1], 1, 1, 1, 0, 0, 1),
        ([2, 3, 4, 5], 2, 1, 1, 0, 0, 1),
        ([3, 2, 3, 4], 3, 3, 1, 0, 0, 1),
        ([2, 4, 4, 4], 1, 3, 2, 1, 1, 1),
        ([1, 2, 3, 2], 3, 2, 2, 0, 0, 1),
        ([2, 2, 3, 4], 2, 3, 3, 1, 2, 1),
        ([2, 1, 3, 3], 2, 3, 2, 1, 1, 2),
        ([19, 1, 2, 2], 2, 3, 1, 1, 0, 1),
    ];

    public static IReadOnlyList<GradientCase> All { get; } =
    [
        .. new Shape[] { [4, 3], [7, 1], [13, 37], [5, 3, 4], [2, 2, 7], [1, 3, 5] }.Select(shape => new GradientCase(
            $"BatchNorm1d, {shape}", shape, (_, device) => new BatchNorm1d(shape[1], device: device),
            (f, x, p) => f.BatchNorm(x, 1e-5f, p["weight"], p["bias"]))),

        .. new Shape[] { [2, 3, 4, 5], [1, 2, 3, 3], [3, 1, 5, 7] }.Select(shape => new GradientCase(
            $"BatchNorm2d, {shape}", shape, (_, device) => new BatchNorm2d(shape[1], device: device),
            (f, x, p) => f.BatchNorm(x, 1e-5f, p["weight"], p["bias"]))),

        new("BatchNorm2d without weights", [3, 2, 4, 4], (_, device) => new BatchNorm2d(2, 0.01f, affine: false, device: device), (f, x, _) => f.BatchNorm(x, 0.01f)),

        .. new Shape[] { [1, 3], [7, 3] }.Select(shape => new GradientCase(
            $"BatchNorm1d in evaluation, {shape}", shape, (_, device) => Evaluating(new BatchNorm1d(3, device: device)),
            (f, x, p) => f.BatchNorm(x, 1e-5f, p["weight"], p["bias"], [0.5, -1, 0.25], [0.5, 2, 1]))),

        new("BatchNorm2d in evaluation", [2, 3, 4, 5], (_, device) => Evaluating(new BatchNorm2d(3, device: device)),
            (f, x, p) => f.BatchNorm(x, 1e-5f, p["weight"], p["bias"], [0.5, -1, 0.25], [0.5, 2, 1])),

        .. Convolutions.Select(c => new GradientCase(
            $"Conv2d, {c.Input} to {c.Outputs}, size {c.Size}, stride {c.Stride}, padding {c.Padding}, dilation {c.Dilation}", c.Input,
            (random, device) => new Conv2d(c.Input[1], c.Outputs, c.Size, random, c.Stride, c.Padding, c.Dilation, device: device),
            (f, x, p) => f.Conv2d(x, p["weight"], p["bias"], c.Stride, c.Padding, c.Dilation))),

        new("Conv2d of one row", [2, 3, 5, 7], (random, device) => new Conv2d(3, 4, (1, 3), random, padding: (0, 1), device: device),
            (f, x, p) => f.Conv2d(x, p["weight"], p["bias"], padding: (0, 1))),

        new("Conv2d uneven in everything", [2, 2, 9, 8],
            (random, device) => new Conv2d(2, 3, (3, 2), random, stride: (1, 2), padding: (2, 1), dilation: (2, 3), device: device),
            (f, x, p) => f.Conv2d(x, p["weight"], p["bias"], (1, 2), (2, 1), (2, 3))),

        new("Conv2d of groups", [3, 4, 5, 6], (random, device) => new Conv2d(4, 6, 3, random, stride: 2, padding: 1, groups: 2, device: device),
            (f, x, p) => f.Conv2d(x, p["weight"], p["bias"], 2, 1, groups: 2)),

        new("Conv2d, depthwise", [2, 3, 6, 5], (random, device) => new Conv2d(3, 6, (3, 2), random, padding: 1, groups: 3, bias: false, device: device),
            (f, x, p) => f.Conv2d(x, p["weight"], null, padding: 1, groups: 3)),

        new("Conv2d without bias", [2, 2, 5, 5], (random, device) => new Conv2d(2, 3, 3, random, bias: false, device: device),
            (f, x, p) => f.Conv2d(x, p["weight"], null)),

        .. Transposed.Select(c => new GradientCase(
            $"ConvTranspose2d, {c.Input} to {c.Outputs}, size {c.Size}, stride {c.Stride}, padding {c.Padding}+{c.OutputPadding}, dilation {c.Dilation}", c.Input,
            (random, device) => new ConvTranspose2d(
                c.Input[1], c.Outputs, c.Size, random, c.Stride, c.Padding, c.OutputPadding, c.Dilation, device: device),
            (f, x, p) => f.ConvTranspose2d(x, p["weight"], p["bias"], c.Stride, c.Padding, c.OutputPadding, c.Dilation))),

        new("ConvTranspose2d uneven in everything", [2, 3, 4, 3],
            (random, device) => new ConvTranspose2d(
                3, 2, (2, 3), random, stride: (3, 1), padding: (1, 2), outputPadding: (2, 1), dilation: (1, 2), device: device),
            (f, x, p) => f.ConvTranspose2d(x, p["weight"], p["bias"], (3, 1), (1, 2), (2, 1), (1, 2))),

        new("ConvTranspose2d of groups", [2, 6, 3, 4],
            (random, device) => new ConvTranspose2d(6, 4, 3, random, stride: 2, padding: 1, outputPadding: 1, groups: 2, device: device),
            (f, x, p) => f.ConvTranspose2d(x, p["weight"], p["bias"], 2, 1, 1, groups: 2)),

        new("ConvTranspose2d without bias", [2, 2, 3, 3],
            (random, device) => new ConvTranspose2d(2, 3, 3, random, stride: 2, bias: false, device: device),
            (f, x, p) => f.ConvTranspose2d(x, p["weight"], null, 2)),

        new("MaxPool2d", [2, 3, 5, 7], (_, _) => new MaxPool2d(2), (f, x, _) => f.MaxPool2d(x, 2, 2)),

        new("MaxPool2d with overlap and padding", [1, 2, 6, 5], (_, _) => new MaxPool2d(3, stride: 2, padding: 1), (f, x, _) => f.MaxPool2d(x, 3, 2, 1)),

        new("MaxPool2d uneven in everything", [2, 3, 8, 7], (_, _) => new MaxPool2d((3, 2), (2, 1), (1, 0), (2, 3)),
            (f, x, _) => f.MaxPool2d(x, (3, 2), (2, 1), (1, 0), (2, 3))),

        new("AvgPool2d", [2, 3, 5, 7], (_, _) => new AvgPool2d(2), (f, x, _) => f.AvgPool2d(x, 2, 2)),

        new("AvgPool2d with overlap and padding that counts", [1, 2, 6, 5], (_, _) => new AvgPool2d(3, stride: 2, padding: 1),
            (f, x, _) => f.AvgPool2d(x, 3, 2, 1)),

        new("AvgPool2d uneven, with padding that does not count", [2, 3, 8, 7],
            (_, _) => new AvgPool2d((3, 2), (2, 1), (1, 1), countIncludePad: false), (f, x, _) => f.AvgPool2d(x, (3, 2), (2, 1), (1, 1), countPadding: false)),

        new("MaxPool1d, its stride its size", [2, 3, 9], (_, _) => new MaxPool1d(3), (f, x, _) => f.OfOneRow(x, y => f.MaxPool2d(y, (1, 3), (1, 3)))),
        new("MaxPool1d", [2, 3, 9], (_, _) => new MaxPool1d(3, 2, 1, 2), (f, x, _) => f.OfOneRow(x, y => f.MaxPool2d(y, (1, 3), (1, 2), (0, 1), (1, 2)))),

        new("Conv1d", [2, 3, 11], (random, device) => new Conv1d(3, 4, 3, random, stride: 2, padding: 2, dilation: 2, device: device),
            (f, x, p) => f.OfOneRow(x, y => f.Conv2d(y, OfOneRow(p["weight"]), p["bias"], (1, 2), (0, 2), (1, 2)))),

        new("Conv1d, depthwise without bias", [3, 4, 7], (random, device) => new Conv1d(4, 8, 2, random, groups: 4, bias: false, device: device),
            (f, x, p) => f.OfOneRow(x, y => f.Conv2d(y, OfOneRow(p["weight"]), null, groups: 4))),

        new("Upsample", [2, 3, 2, 5], (_, _) => new Upsample(3), (f, x, _) => f.Upsample(x, 3)),

        new("Upsample by one", [1, 1, 2, 2], (_, _) => new Upsample(1), (f, x, _) => f.Upsample(x, 1)),

        // No bias in front of the normalisation, which takes it away again.
        new("Sequential: Conv2d, BatchNorm2d, Silu, MaxPool2d, Flatten, Linear", [4, 1, 6, 6],
            (random, device) => new Sequential(
                new Conv2d(1, 2, 3, random, padding: 1, bias: false, device: device), new BatchNorm2d(2, device: device), new Silu(), new MaxPool2d(2),
                new Flatten(), new Linear(18, 3, random, device: device)),
            (f, x, p) =>
            {
                x = f.Conv2d(x, p["0.weight"], null, padding: 1);
                x = f.MaxPool2d(f.Silu(f.BatchNorm(x, 1e-5f, p["1.weight"], p["1.bias"])), 2, 2);
                return f.Linear(new PlainTensor([x.Shape[0], 18], x.Values), p["5.weight"], p["5.bias"]);
            }),
    ];

    // The weight of a Conv1d as one of windows of one row.
    private static PlainTensor OfOneRow(PlainTensor weight) => new([weight.Shape[0], weight.Shape[1], 1, weight.Shape[2]], weight.Values);

    private static BatchNorm Evaluating(BatchNorm layer)
    {
        layer.RunningMean.Value.CopyFrom([0.5f, -1, 0.25f]);
        layer.RunningVariance.Value.CopyFrom([0.5f, 2, 1]);
        layer.Eval(keepForBackward: true);
        return layer;
    }
}
