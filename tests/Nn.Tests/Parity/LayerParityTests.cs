using Quern.Tensors;

namespace Quern.Nn.Tests.Parity;

/// <summary>Small layers against PyTorch: outputs, and the gradients of input and parameters.</summary>
public class LayerParityTests
{
    private static readonly ParityFigures Figures = ParityFigures.Read("layers.safetensors");

    // The layers of make_figures.py, by the same names.
    private static readonly Dictionary<string, (Func<Module> Make, int[] Input)> Layers = new()
    {
        ["linear"] = (() => new Linear(7, 5, new Generator(0)), [3, 7]),
        ["linear_one"] = (() => new Linear(1, 1, new Generator(0)), [1, 1]),
        ["linear_no_bias"] = (() => new Linear(31, 17, new Generator(0), bias: false), [13, 31]),
        ["linear_deep"] = (() => new Linear(131, 3, new Generator(0)), [2, 131]),
        ["relu"] = (() => new Relu(), [5, 13]),
        ["sigmoid"] = (() => new Sigmoid(), [5, 13]),
        ["tanh"] = (() => new Tanh(), [5, 13]),
        ["sequential"] = (
            () => new Sequential(
                new Linear(11, 13, new Generator(0)), new Relu(), new Linear(13, 7, new Generator(0)), new Tanh(),
                new Linear(7, 5, new Generator(0)), new Sigmoid()),
            [6, 11]),
        ["leaky_relu"] = (() => new LeakyRelu(), [5, 13]),
        ["leaky_relu_02"] = (() => new LeakyRelu(0.2f), [5, 13]),
        ["gelu"] = (() => new Gelu(), [5, 13]),
        ["gelu_tanh"] = (() => new Gelu(approximate: true), [5, 13]),
        ["silu"] = (() => new Silu(), [5, 13]),
        ["softmax"] = (() => new Softmax(), [5, 13]),
        ["layer_norm"] = (() => new LayerNorm([13]), [5, 13]),
        ["layer_norm_one"] = (() => new LayerNorm([13]), [1, 13]),
        ["layer_norm_axes"] = (() => new LayerNorm([5, 7], 0.1f), [3, 2, 5, 7]),
        ["layer_norm_plain"] = (() => new LayerNorm([37], affine: false), [3, 37]),
        ["group_norm"] = (() => new GroupNorm(3, 6), [2, 6, 3, 5]),
        ["group_norm_rows"] = (() => new GroupNorm(2, 4, 0.1f), [3, 4]),
        ["group_norm_plain"] = (() => new GroupNorm(4, 4, affine: false), [2, 4, 7]),
        ["embedding"] = (() => new Sequential(new Indices(), new Embedding(4, 3, new Generator(0))), [5, 3]),
        ["embedding_padding"] = (() => new Sequential(new Indices(), new Embedding(4, 3, new Generator(0), paddingIndex: 1)), [5, 3]),
        ["multihead_attention"] = (() => new MultiheadAttention(6, 2, new Generator(0)), [3, 5, 6]),
        ["multihead_attention_causal"] = (() => new MultiheadAttention(8, 4, new Generator(0), causal: true), [2, 7, 8]),
        ["multihead_attention_no_bias"] = (() => new MultiheadAttention(6, 1, new Generator(0), bias: false), [2, 9, 6]),
        ["flatten"] = (() => new Sequential(new Flatten(), new Linear(12, 10, new Generator(0)), new Unflatten([5, 2])), [3, 2, 6]),
        ["batch_norm_1d"] = (() => new BatchNorm1d(13), [5, 13]),
        ["batch_norm_1d_length"] = (() => new BatchNorm1d(3, 0.01f, 0.3f), [2, 3, 7]),
        ["batch_norm_2d"] = (() => new BatchNorm2d(3), [4, 3, 5, 7]),
        ["batch_norm_2d_one"] = (() => new BatchNorm2d(2), [1, 2, 3, 3]),
        ["batch_norm_2d_plain"] = (() => new BatchNorm2d(3, affine: false), [4, 3, 5, 7]),
        ["batch_norm_1d_evaluation"] = (() => Evaluating(new BatchNorm1d(13)), [1, 13]),
        ["batch_norm_2d_evaluation"] = (() => Evaluating(new BatchNorm2d(3)), [4, 3, 5, 7]),
        ["conv"] = (() => new Conv2d(3, 5, 3, new Generator(0)), [2, 3, 9, 8]),
        ["conv_one"] = (() => new Conv2d(4, 3, 1, new Generator(0)), [2, 4, 5, 5]),
        ["conv_strided"] = (() => new Conv2d(2, 4, 3, new Generator(0), stride: 2, padding: 1), [3, 2, 14, 14]),
        ["conv_dilated"] = (() => new Conv2d(2, 3, 3, new Generator(0), stride: 2, padding: 2, dilation: 2, bias: false), [1, 2, 11, 10]),
        ["conv_batch"] = (() => new Conv2d(1, 4, 3, new Generator(0), padding: 1), [37, 1, 7, 7]),
        ["conv_uneven"] = (() => new Conv2d(3, 5, (3, 2), new Generator(0), stride: (2, 1), padding: (0, 2), dilation: (1, 3)), [2, 3, 9, 8]),
        ["conv_groups"] = (() => new Conv2d(4, 6, 3, new Generator(0), stride: 2, padding: 1, groups: 2), [3, 4, 7, 8]),
        ["conv_depthwise"] = (() => new Conv2d(5, 10, (1, 3), new Generator(0), padding: (0, 1), groups: 5, bias: false), [2, 5, 6, 9]),
        ["conv_transpose_uneven"] = (
            () => new ConvTranspose2d(3, 4, (2, 3), new Generator(0), stride: (3, 1), padding: (1, 0), outputPadding: (2, 1), dilation: (1, 2)), [2, 3, 4, 5]),
        ["conv_transpose_groups"] = (
            () => new ConvTranspose2d(6, 4, 3, new Generator(0), stride: 2, padding: 1, outputPadding: 1, groups: 2), [2, 6, 3, 4]),
        ["conv_transpose"] = (() => new ConvTranspose2d(3, 5, 3, new Generator(0)), [2, 3, 4, 6]),
        ["conv_transpose_strided"] = (() => new ConvTranspose2d(4, 2, 3, new Generator(0), stride: 2, padding: 1, outputPadding: 1), [3, 4, 7, 7]),
        ["conv_transpose_dilated"] = (
            () => new ConvTranspose2d(2, 3, 3, new Generator(0), stride: 3, padding: 1, outputPadding: 2, dilation: 2, bias: false), [1, 2, 4, 3]),
        ["max_pool"] = (() => new MaxPool2d(2), [2, 3, 7, 6]),
        ["max_pool_padded"] = (() => new MaxPool2d(3, 2, 1), [2, 3, 7, 6]),
        ["max_pool_uneven"] = (() => new MaxPool2d((3, 2), (2, 1), (1, 0), (2, 3)), [2, 3, 8, 7]),
        ["avg_pool"] = (() => new AvgPool2d(2), [2, 3, 7, 6]),
        ["avg_pool_padded"] = (() => new AvgPool2d((3, 2), (2, 1), (1, 1)), [2, 3, 7, 6]),
        ["avg_pool_inside"] = (() => new AvgPool2d(3, 2, 1, countIncludePad: false), [2, 3, 7, 6]),
        ["max_pool_1d"] = (() => new MaxPool1d(3, 2, 1, 2), [2, 3, 9]),
        ["conv_1d"] = (() => new Conv1d(3, 4, 3, new Generator(0), stride: 2, padding: 2, dilation: 2), [2, 3, 11]),
        ["conv_1d_groups"] = (() => new Conv1d(4, 6, 3, new Generator(0), groups: 2, bias: false), [2, 4, 9]),
        ["linear_axes"] = (() => new Linear(5, 7, new Generator(0)), [3, 4, 5]),
        ["upsample"] = (() => new Upsample(2), [2, 3, 4, 5]),
    };

    public static TheoryData<string> Names => [.. Layers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_layer_agrees_with_PyTorch(string name)
    {
        (Func<Module> make, int[] inputShape) = Layers[name];
        Module layer = make();
        uint stream = 10;
        foreach (Parameter parameter in layer.Parameters)
        {
            parameter.Value.CopyFrom(ParityFormulas.Values(stream++, parameter.Value.Shape));
        }

        Tensor output = layer.Forward(ParityFormulas.Values(1, inputShape, 4));
        AssertNear($"{name}.output", output);
        AssertNear($"{name}.input_gradient", layer.Backward(ParityFormulas.Values(2, output.Shape)));
        foreach ((string parameterName, Parameter parameter) in layer.NamedParameters)
        {
            AssertNear($"{name}.{parameterName}.gradient", parameter.Gradient);
        }

        foreach ((string bufferName, BufferTensor buffer) in layer.NamedBuffers)
        {
            AssertNear($"{name}.{bufferName}", buffer.Value);
        }
    }

    [Theory]
    [InlineData("mse_loss")]
    [InlineData("bce_loss")]
    [InlineData("bce_with_logits_loss")]
    [InlineData("cross_entropy_loss")]
    [InlineData("cross_entropy_loss_probabilities")]
    [InlineData("cross_entropy_loss_weighted")]
    [InlineData("cross_entropy_loss_ignored")]
    [InlineData("cross_entropy_loss_smoothed")]
    [InlineData("cross_entropy_loss_all")]
    [InlineData("cross_entropy_loss_probabilities_all")]
    [InlineData("kl_divergence_mean")]
    [InlineData("kl_divergence_log_variance")]
    public void A_loss_agrees_with_PyTorch(string name)
    {
        Tensor output = ParityFormulas.Values(1, [5, 13]);
        Tensor fractions = (ParityFormulas.Values(3, [5, 13]) + 1) / 2;
        Tensor classes = Tensor.From([0, 7, 1, 8, 2], [5]);
        Tensor weight = (ParityFormulas.Values(4, [13]) + 1) / 2;
        KlDivergence divergence = new();
        (Tensor loss, Tensor gradient) = name switch
        {
            "mse_loss" => Run(new MseLoss(), output, ParityFormulas.Values(3, [5, 13])),
            "bce_loss" => Run(new BceLoss(), (output + 1) / 2, fractions),
            "bce_with_logits_loss" => Run(new BceWithLogitsLoss(), output * 8, fractions),
            "cross_entropy_loss" => Run(new CrossEntropyLoss(), output * 4, classes),
            "cross_entropy_loss_probabilities" => Run(new CrossEntropyLoss(), output * 4, fractions),
            "cross_entropy_loss_weighted" => Run(new CrossEntropyLoss(weight: weight), output * 4, classes),
            "cross_entropy_loss_ignored" => Run(new CrossEntropyLoss(ignoreIndex: 8), output * 4, classes),
            "cross_entropy_loss_smoothed" => Run(new CrossEntropyLoss(labelSmoothing: 0.25), output * 4, classes),
            "cross_entropy_loss_all" => Run(new CrossEntropyLoss(weight: weight, ignoreIndex: 8, labelSmoothing: 0.25), output * 4, classes),
            "cross_entropy_loss_probabilities_all" => Run(new CrossEntropyLoss(weight: weight, labelSmoothing: 0.25), output * 4, fractions),
            "kl_divergence_mean" => (divergence.Forward(output, fractions), divergence.Backward().MeanGradient),
            _ => (divergence.Forward(fractions, output), divergence.Backward().LogVarianceGradient),
        };
        AssertNear($"{name}.output", loss);
        AssertNear($"{name}.input_gradient", gradient);

        static (Tensor Loss, Tensor Gradient) Run(Loss loss, Tensor output, Tensor target)
        {
            float value = loss.Forward(output, target).Item();
            Assert.Equal(value, loss.Evaluate(output, target).Item(), 1e-6f);
            return (Tensor.Scalar(value), loss.Backward());
        }
    }

    [Fact]
    public void Every_committed_layer_is_compared()
    {
        IEnumerable<string> layers = Figures.Names.Select(name => name.Split('.')[0]).Distinct();
        Assert.Equal(
            layers.Where(name => !name.Contains("loss", StringComparison.Ordinal) && !name.Contains("kl_", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            Layers.Keys.Order(StringComparer.Ordinal));
    }

    /// <summary>⌊|x|⌋, whose derivative is 0.</summary>
    private sealed class Indices : Module
    {
        public override Tensor Forward(Tensor input) => Tensor.From([.. input.ToArray().Select(value => MathF.Floor(Math.Abs(value)))], input.Shape);

        public override Tensor Backward(Tensor outputGradient) => outputGradient;
    }

    private static BatchNorm Evaluating(BatchNorm layer)
    {
        layer.RunningMean.Value.CopyFrom(ParityFormulas.Values(30, [layer.Channels]));
        layer.RunningVariance.Value.CopyFrom(ParityFormulas.Values(31, [layer.Channels]) + 1.5f);
        layer.Eval(keepForBackward: true);
        return layer;
    }

    // PyTorch in float32 is up to 7e-7 from itself in float64 here.
    private static void AssertNear(string name, Tensor tensor) => Assert.InRange(Figures.Distance(name, tensor.ToArray()), 0, 5e-6);
}
