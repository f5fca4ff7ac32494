using Quern.Nn;
using Quern.Tensors;

namespace Quern.Onnx.Tests;

/// <summary>A module that is written to a file, and the shape of a sample that it takes.</summary>
public sealed record LayerCase(string Name, Shape Sample, Func<Generator, Module> Make)
{
    /// <summary>Whether the file is read back as the layer: not where values go to several nodes, or several nodes are one layer.</summary>
    public bool IsReadBack { get; init; } = true;

    /// <summary>Inputs are whole numbers below this; 0 for any numbers.</summary>
    public int Indices { get; init; }

    /// <summary>Every layer, with the options that its operator has attributes for.</summary>
    public static IReadOnlyList<LayerCase> All { get; } =
    [
        new("Linear", [7], generator => new Linear(7, 5, generator)),
        new("Linear without a bias", [7], generator => new Linear(7, 5, generator, bias: false)),
        new("Linear on leading axes", [3, 2, 7], generator => new Linear(7, 5, generator)),
        new("Linear on leading axes without a bias", [3, 7], generator => new Linear(7, 5, generator, bias: false)),
        new("Conv1d", [4, 11], generator => new Conv1d(4, 6, 3, generator, stride: 2, padding: 1, dilation: 2, groups: 2)),
        new("Conv1d without a bias", [4, 11], generator => new Conv1d(4, 6, 4, generator, bias: false)),
        new("Conv2d", [4, 11, 9], generator => new Conv2d(4, 6, (3, 2), generator, stride: (2, 1), padding: (1, 2), dilation: (1, 2), groups: 2)),
        new("Conv2d without a bias", [3, 8, 8], generator => new Conv2d(3, 4, 3, generator, bias: false)),
        new("ConvTranspose2d", [4, 5, 6], generator =>
            new ConvTranspose2d(4, 6, (3, 4), generator, stride: (2, 3), padding: (1, 0), outputPadding: (1, 2), dilation: (2, 1), groups: 2)),
        new("ConvTranspose2d without a bias", [3, 5, 5], generator => new ConvTranspose2d(3, 2, 3, generator, bias: false)),
        new("MaxPool1d", [3, 11], _ => new MaxPool1d(3, stride: 2, padding: 1, dilation: 2)),
        new("MaxPool2d", [3, 11, 9], _ => new MaxPool2d((3, 2), stride: (2, 1), padding: (1, 0), dilation: (2, 1))),
        new("AvgPool2d", [3, 11, 9], _ => new AvgPool2d((3, 2), stride: (2, 3), padding: 1)),
        new("AvgPool2d without padding", [3, 11, 9], _ => new AvgPool2d((3, 2), stride: (2, 3), padding: 1, countIncludePad: false)),
        new("BatchNorm1d", [6], _ => new BatchNorm1d(6, epsilon: 0.01f)),
        new("BatchNorm1d with a length", [6, 5], _ => new BatchNorm1d(6)),
        new("BatchNorm1d without weights", [6], _ => new BatchNorm1d(6, affine: false)),
        new("BatchNorm2d", [3, 5, 7], _ => new BatchNorm2d(3)),
        new("BatchNorm2d without weights", [3, 5, 7], _ => new BatchNorm2d(3, affine: false)),
        new("LayerNorm", [6], _ => new LayerNorm([6], epsilon: 0.1f)),
        new("LayerNorm over two axes", [2, 5, 7], _ => new LayerNorm([5, 7])),
        new("LayerNorm without weights", [2, 6], _ => new LayerNorm([6], affine: false)),
        new("GroupNorm", [6, 5], _ => new GroupNorm(3, 6, epsilon: 0.1f)) { IsReadBack = false },
        new("GroupNorm of pictures", [4, 3, 5], _ => new GroupNorm(2, 4)) { IsReadBack = false },
        new("GroupNorm without weights", [6], _ => new GroupNorm(2, 6, affine: false)) { IsReadBack = false },
        new("Embedding", [4], generator => new Embedding(6, 3, generator)) { Indices = 6, IsReadBack = false },
        new("MultiheadAttention", [5, 6], generator => new MultiheadAttention(6, 3, generator)) { IsReadBack = false },
        new("MultiheadAttention, causal and without biases", [4, 6], generator => new MultiheadAttention(6, 1, generator, bias: false, causal: true)) { IsReadBack = false },
        new("Relu", [7], _ => new Relu()),
        new("Relu in place", [7], _ => new Relu(inPlace: true)),
        new("Sigmoid", [7], _ => new Sigmoid()),
        new("Tanh", [7], _ => new Tanh()),
        new("LeakyRelu", [7], _ => new LeakyRelu(0.2f)),
        new("Elu", [7], _ => new Elu(0.7f)),
        new("Softplus", [7], _ => new Softplus()),
        new("Softplus with beta", [7], _ => new Softplus(2.5f)),
        new("Silu", [2, 7], _ => new Silu()),
        new("Gelu", [7], _ => new Gelu()),
        new("Gelu with tanh", [2, 7], _ => new Gelu(approximate: true)),
        new("Softmax", [3, 7], _ => new Softmax()),
        new("Dropout", [7], generator => new Dropout(generator)),
        new("Flatten", [2, 3, 4], _ => new Flatten()),
        new("Unflatten", [24], _ => new Unflatten([2, 3, 4])),
        new("Residual", [5], generator => new Residual(new Sequential(new Linear(5, 5, generator), new Tanh()))) { IsReadBack = false },
        new("Residual with a shortcut", [3, 4, 4], generator => new Residual(
            new Sequential(new Relu(), new Conv2d(3, 2, 3, generator, padding: 1)), new Conv2d(3, 2, 1, generator))) { IsReadBack = false },
        new("Residual of nothing", [5], _ => new Residual(new Residual(new Sequential()))) { IsReadBack = false },
        new("Concat", [3, 4, 4], generator => new Concat(1, new Conv2d(3, 2, 3, generator, padding: 1), new Sequential(), new Sequential(new Tanh()))) { IsReadBack = false },
        new("Split", [6], generator => new Split(-1, (4, new Linear(4, 3, generator)), (2, new Sequential(new Tanh())))) { IsReadBack = false },
        new("Split in equal parts", [6, 2], _ => new Split(1, new Tanh(), new Sequential(), new Relu())) { IsReadBack = false },
        new("Upsample", [2, 3, 4], _ => new Upsample(3)),
    ];

    /// <summary>The cases of the tests by their names.</summary>
    public static TheoryData<string> Names => new(All.Select(@case => @case.Name));

    public static LayerCase Named(string name) => All.Single(@case => @case.Name == name);

    /// <summary>Sets all weights and statistics to numbers drawn from a generator: the variances positive, none of the values what a new layer has.</summary>
    public static T Drawn<T>(T module, Generator generator)
        where T : Module
    {
        foreach ((string name, Tensor tensor) in module.State)
        {
            if (name.EndsWith("running_var", StringComparison.Ordinal))
            {
                tensor.FillRandom(generator, 0.5f, 1.5f);
            }
            else if (tensor.Rank == 1 || module is BatchNorm or LayerNorm)
            {
                tensor.FillRandom(generator, -0.5f, 0.5f);
            }
        }

        return module;
    }
}
