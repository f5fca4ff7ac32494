using Quern.Mnist.Models;
using Quern.Nn.Tests.Gradients;
using Quern.Tensors;

namespace Quern.Nn.Tests;

public class SummaryTests
{
    [Fact]
    public void A_summary_shows_layers_shapes_parameters_and_memory()
    {
        Generator random = new(1);
        Sequential network = new(
            ("conv", new Conv2d(1, 4, 3, random, padding: 1)), ("norm", new BatchNorm2d(4)), ("relu", new Relu()),
            ("block", new Residual(new Sequential(new Conv2d(4, 4, 3, random, padding: 1, bias: false), new Relu()))),
            ("flat", new Flatten()), ("act", new Tanh()), ("fc", new Linear(4 * 28 * 28, 10, random)));
        ModuleSummary summary = network.Summary([32, 1, 28, 28]);
        Assert.Equal(
            """
            =========================================================
            Layer (type (name):depth-idx)    Output Shape     Param #
            =========================================================
            Sequential                       [32, 10]         --
            ├─Conv2d (conv): 1-1             [32, 4, 28, 28]  40
            ├─BatchNorm2d (norm): 1-2        [32, 4, 28, 28]  8
            ├─Relu (relu): 1-3               [32, 4, 28, 28]  --
            ├─Residual (block): 1-4          [32, 4, 28, 28]  --
            │    └─Sequential (module): 2-1  [32, 4, 28, 28]  --
            │         ├─Conv2d (0): 3-1      [32, 4, 28, 28]  144
            │         └─Relu (1): 3-2        [32, 4, 28, 28]  --
            ├─Flatten (flat): 1-5            [32, 3136]       --
            ├─Tanh (act): 1-6                [32, 3136]       --
            └─Linear (fc): 1-7               [32, 10]         31,370
            =========================================================
            Total params: 31,562
            =========================================================
            Input size (MB): 0.10
            Forward/backward pass size (MB): 5.62
            Params size (MB): 0.13
            Estimated Total Size (MB): 5.85
            =========================================================
            """.ReplaceLineEndings(),
            summary.ToString());
        Assert.Equal(network.Parameters.Sum(parameter => parameter.Value.ElementCount), summary.ParameterCount);
        Assert.Equal(9, summary.BufferCount);
        Assert.Equal(32 * 28 * 28 * 4, summary.InputBytes);
    }

    [Fact]
    public void Nothing_is_changed_by_looking()
    {
        Generator random = new(1);
        BatchNorm1d norm = new(3);
        Dropout dropout = new(random);
        Sequential frozen = new(new Linear(3, 3, random));
        Sequential network = new(norm, dropout, frozen, new Linear(3, 2, random));
        frozen.Eval();
        ulong stream = random.Stream;
        network.Summary([5, 3]);
        Assert.Equal(stream, random.Stream);
        Assert.Equal(new float[3], norm.RunningMean.Value.ToArray());
        Assert.True(network.IsTraining && dropout.IsTraining && dropout.KeepsForBackward);
        Assert.False(frozen.IsTraining || frozen.KeepsForBackward || frozen[0].KeepsForBackward);

        network.Eval();
        Assert.Throws<ShapeException>(() => network.Summary([5, 4]));
        Assert.False(network.KeepsForBackward);
    }

    [Fact]
    public void A_forward_pass_before_is_forgotten()
    {
        Linear layer = new(3, 2, new Generator(1));
        layer.Forward(Samples.Tensor([4, 3], 1));
        layer.Summary([4, 3]);
        Assert.Throws<InvalidOperationException>(() => layer.Backward(Samples.Tensor([4, 2], 1)));
        layer.Forward(Samples.Tensor([4, 3], 1));
        layer.Backward(Samples.Tensor([4, 2], 1));
    }

    [Fact]
    public void Modules_of_ones_own_are_shown_on_every_device()
    {
        foreach (Device device in Device.All)
        {
            ModuleSummary summary = new Autoencoder(new Generator(1), device: device).Summary([7, ImageAutoencoder.Pixels]);
            Assert.Equal([ImageAutoencoder.Pixels, 7], summary.Layers[0].Output!.Value.Reverse());
            Assert.Equal(Shape.Create([7, 32]), summary.Layers.Single(layer => layer.Name == "encoder_fc3").Output);
            Assert.All(summary.Layers, layer => Assert.NotNull(layer.Output));
        }

        ModuleSummary unknown = new Sequential(new Doubled(), new Linear(3, 2, new Generator(1))).Summary([4, 3]);
        Assert.Null(unknown.Layers[1].Output);
        Assert.Contains("├─Doubled (0): 1-1", unknown.ToString(), StringComparison.Ordinal);
    }

    private sealed class Doubled : Module
    {
        public override Tensor Forward(Tensor input) => input * 2;

        public override Tensor Backward(Tensor outputGradient) => outputGradient * 2;
    }
}
