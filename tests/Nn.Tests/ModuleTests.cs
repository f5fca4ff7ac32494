using Quern.Mnist.Models;
using Quern.Nn.Tests.Gradients;
using Quern.Tensors;

namespace Quern.Nn.Tests;

public class ModuleTests
{
    [Fact]
    public void Parameters_of_the_autoencoder_are_named_and_shaped_as_in_PyTorch()
    {
        Autoencoder model = new(new Generator(0));
        Assert.Equal(
            [
                "encoder_fc1.weight [256, 784]", "encoder_fc1.bias [256]", "encoder_fc2.weight [64, 256]", "encoder_fc2.bias [64]",
                "encoder_fc3.weight [32, 64]", "encoder_fc3.bias [32]", "decoder_fc1.weight [64, 32]", "decoder_fc1.bias [64]",
                "decoder_fc2.weight [256, 64]", "decoder_fc2.bias [256]", "decoder_fc3.weight [784, 256]", "decoder_fc3.bias [784]",
            ],
            model.NamedParameters.Select(named => $"{named.Key} {named.Value.Value.Shape}"));
        Assert.Equal(model.NamedParameters.Select(named => named.Value), model.Parameters);
    }

    [Fact]
    public void Layers_of_a_Sequential_are_named_by_position_or_as_asked()
    {
        Generator random = new(0);
        Sequential numbered = new(new Linear(2, 3, random), new Relu(), new Linear(3, 1, random, bias: false));
        Assert.Equal(["0.weight", "0.bias", "2.weight"], numbered.NamedParameters.Select(named => named.Key));
        Sequential named = new(("first", new Linear(2, 3, random)), ("inner", new Sequential(("fc", new Linear(3, 1, random)))));
        Assert.Equal(["first.weight", "first.bias", "inner.fc.weight", "inner.fc.bias"], named.NamedParameters.Select(named => named.Key));
    }

    [Fact]
    public void Parameters_registered_after_a_look_at_them_are_found()
    {
        Custom module = new();
        Assert.Empty(module.Parameters);
        Parameter parameter = module.AddParameter("scale");
        Assert.Equal([parameter], module.Parameters);
    }

    [Fact]
    public void A_mode_reaches_every_child()
    {
        Linear inner = new(2, 2, new Generator(0));
        Relu activation = new();
        Sequential module = new(new Sequential(inner, activation));
        Assert.True(module.IsTraining && inner.IsTraining && activation.IsTraining);
        module.Eval();
        Assert.False(module.IsTraining || inner.IsTraining || activation.IsTraining);
        module.Train();
        Assert.True(module.IsTraining && inner.IsTraining && activation.IsTraining);
    }

    [Fact]
    public void Registering_a_module_twice_is_refused()
    {
        Linear layer = new(2, 2, new Generator(0));
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Sequential(layer, layer));
        Assert.Contains("'1' is a layer that is already part of this module", error.Message, StringComparison.Ordinal);
        Assert.Contains("Make a second Linear", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("weight", "is taken")]
    [InlineData("child", "is taken")]
    [InlineData("a.b", "has a dot")]
    [InlineData("", "empty")]
    public void A_name_that_cannot_serve_is_refused(string name, string reason)
    {
        Custom module = new();
        module.AddParameter("weight");
        module.AddChild("child");
        Assert.Contains(reason, Assert.ThrowsAny<ArgumentException>(() => module.AddParameter(name)).Message, StringComparison.Ordinal);
        Assert.Contains(reason, Assert.ThrowsAny<ArgumentException>(() => module.AddChild(name)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gradient_reads_as_zeros_until_a_backward_pass_and_after_ZeroGradient()
    {
        Linear layer = new(2, 3, new Generator(0));
        Assert.All(layer.Weight.Gradient.ToArray(), value => Assert.Equal(0, value));
        Assert.False(layer.Weight.HasGradient);

        Tensor output = layer.Forward(Samples.Tensor([4, 2], 1));
        layer.Backward(Samples.Tensor(output.Shape, 2));
        Assert.True(layer.Weight.HasGradient && layer.Bias!.HasGradient);
        float[] gradient = layer.Weight.Gradient.ToArray();
        Assert.All(gradient, value => Assert.NotEqual(0, value));

        layer.ZeroGradient();
        Assert.All(layer.Weight.Gradient.ToArray(), value => Assert.Equal(0, value));
        Assert.Equal(layer.Weight.Value.Shape, layer.Weight.Gradient.Shape);
        Assert.False(layer.Weight.HasGradient);

        layer.Backward(Samples.Tensor(output.Shape, 2));
        Assert.Equal(gradient, layer.Weight.Gradient.ToArray());
    }

    [Fact]
    public void An_optimizer_leaves_a_parameter_alone_that_no_gradient_has_reached()
    {
        Linear used = new(2, 2, new Generator(0)), unused = new(2, 2, new Generator(1));
        Adam optimizer = new([.. used.Parameters, .. unused.Parameters], weightDecay: 0.1f);
        float[] usedBefore = used.Weight.Value.ToArray(), unusedBefore = unused.Weight.Value.ToArray();
        used.Forward(Samples.Tensor([3, 2], 1));
        used.Backward(Samples.Tensor([3, 2], 2));
        optimizer.Step();
        Assert.NotEqual(usedBefore, used.Weight.Value.ToArray());
        Assert.Equal(unusedBefore, unused.Weight.Value.ToArray());
    }

    [Fact]
    public void Errors_name_the_layer_the_shape_given_and_the_shape_expected()
    {
        Linear layer = new(5, 3, new Generator(0));
        AssertSays<ShapeException>(() => layer.Forward(Tensor.Zeros([4, 7])), "Linear", "[4, 7]", "last axis must have length 5");
        AssertSays<InvalidOperationException>(() => layer.Backward(Tensor.Zeros([4, 3])), "Linear.Backward", "Call Forward first");
        layer.Forward(Tensor.Zeros([4, 5]));
        AssertSays<ShapeException>(() => layer.Backward(Tensor.Zeros([3, 3])), "Linear.Backward", "[3, 3]", "[4, 3]");

        AssertSays<InvalidOperationException>(() => new Tanh().Backward(Tensor.Zeros([1])), "Tanh.Backward", "Call Forward first");
        Sigmoid sigmoid = new();
        sigmoid.Forward(Tensor.Zeros([2, 3]));
        AssertSays<ShapeException>(() => sigmoid.Backward(Tensor.Zeros([3, 2])), "Sigmoid.Backward", "[3, 2]", "[2, 3]");

        MseLoss loss = new();
        AssertSays<InvalidOperationException>(() => loss.Backward(), "MseLoss.Backward", "Call Forward first");
        AssertSays<ShapeException>(() => loss.Forward(Tensor.Zeros([2, 3]), Tensor.Zeros([3, 2])), "MseLoss", "[2, 3]", "[3, 2]");
        AssertSays<ShapeException>(() => loss.Forward(Tensor.Zeros([0, 3]), Tensor.Zeros([0, 3])), "MseLoss", "[0, 3]");
    }

    [Theory]
    [InlineData(new[] { 4, 7 }, "")]
    [InlineData(new[] { 10 }, "")]
    [InlineData(new int[0], "")]
    [InlineData(new[] { 2, 5, 1 }, " Put a Flatten before it.")]
    [InlineData(new[] { 2, 3, 4 }, "")]
    public void Linear_advises_only_what_fits_the_shape(int[] shape, string remedy) => Assert.EndsWith(
        $"its last axis must have length 5.{remedy}",
        Assert.Throws<ShapeException>(() => new Linear(5, 3, new Generator(0)).Forward(Tensor.Zeros(shape))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(3, new[] { 2, 27 }, " Put an Unflatten([3, height, width]) before it.")]
    [InlineData(3, new[] { 2, 28 }, "")]
    [InlineData(3, new[] { 3, 8, 8 }, " For a single image, use Reshape(1, 3, 8, 8).")]
    [InlineData(3, new[] { 5, 8, 8 }, "")]
    [InlineData(3, new[] { 2, 5, 8, 8 }, "")]
    [InlineData(1, new[] { 5, 8, 8 }, " For images of one channel, use Reshape(5, 1, 8, 8).")]
    public void Convolutions_advise_only_what_fits_the_shape(int channels, int[] shape, string remedy) => Assert.EndsWith(
        $"the layer takes [batch, {channels}, height, width].{remedy}",
        Assert.Throws<ShapeException>(() => new Conv2d(channels, 2, 3, new Generator(0)).Forward(Tensor.Zeros(shape))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(1, 0, new[] { 2, 1, 0, 4 }, "with kernel size 1 and padding 0 no output is left. Use larger images.")]
    [InlineData(3, 2, new[] { 2, 1, 2, 2 }, "with kernel size 3 and padding 2 no output is left. Use larger images or less padding.")]
    public void A_transposed_convolution_advises_less_padding_only_where_there_is_some(int size, int padding, int[] shape, string advice) => Assert.EndsWith(
        advice,
        Assert.Throws<ShapeException>(() => new ConvTranspose2d(1, 1, size, new Generator(0), padding: padding).Forward(Tensor.Zeros(shape))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 3)]
    public void A_transposed_convolution_takes_output_padding_below_its_stride_or_dilation(int stride, int dilation)
    {
        int most = Math.Max(stride, dilation) - 1;
        Assert.Equal(
            [1, 1, (3 * stride) + dilation + most + 1, (3 * stride) + dilation + most + 1],
            new ConvTranspose2d(1, 1, 2, new Generator(0), stride, outputPadding: most, dilation: dilation).Forward(Tensor.Zeros([1, 1, 4, 4])).Shape);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConvTranspose2d(1, 1, 2, new Generator(0), stride, outputPadding: most + 1, dilation: dilation));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConvTranspose2d(1, 1, 2, new Generator(0), stride, outputPadding: -1, dilation: dilation));
    }

    [Fact]
    public void Pooling_takes_padding_of_at_most_half_the_window()
    {
        Assert.Equal([1, 1, 3, 3], new MaxPool2d(2, padding: 1).Forward(Tensor.Zeros([1, 1, 4, 4])).Shape);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MaxPool2d(2, padding: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MaxPool2d(3, padding: 2));
    }

    [Theory]
    [InlineData(3, new[] { 3, 8 }, " For a single sequence, use Reshape(1, 3, 8).")]
    [InlineData(3, new[] { 2, 8 }, "")]
    [InlineData(1, new[] { 5, 8 }, " For sequences of one channel, use Reshape(5, 1, 8).")]
    [InlineData(3, new[] { 2, 3, 8, 8 }, "")]
    public void Convolutions_of_sequences_advise_only_what_fits_the_shape(int channels, int[] shape, string remedy) => Assert.EndsWith(
        $"the layer takes [batch, {channels}, length].{remedy}",
        Assert.Throws<ShapeException>(() => new Conv1d(channels, 2, 3, new Generator(0)).Forward(Tensor.Zeros(shape))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(new[] { 2, 27 }, " Put an Unflatten([channels, height, width]) before it.")]
    [InlineData(new[] { 3, 8, 8 }, " For a single image, use Reshape(1, 3, 8, 8).")]
    [InlineData(new[] { 8 }, "")]
    public void Pooling_advises_only_what_fits_the_shape(int[] shape, string remedy) => Assert.EndsWith(
        $"the layer takes [batch, channels, height, width].{remedy}",
        Assert.Throws<ShapeException>(() => new MaxPool2d(2).Forward(Tensor.Zeros(shape))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_linear_layer_takes_a_single_sample_and_no_samples()
    {
        Linear layer = new(3, 2, new Generator(0));
        layer.Weight.Value.CopyFrom([1, 2, 3, 4, 5, 6]);
        layer.Bias!.Value.CopyFrom([0.5f, -0.5f]);
        Tensor output = layer.Forward(Tensor.From([1, 0, -1], [3]));
        Assert.Equal([2], output.Shape);
        Assert.Equal([-1.5f, -2.5f], output.ToArray());
        Tensor gradient = layer.Backward(Tensor.From([1, 10], [2]));
        Assert.Equal([3], gradient.Shape);
        Assert.Equal([41, 52, 63], gradient.ToArray());
        Assert.Equal([1, 0, -1, 10, 0, -10], layer.Weight.Gradient.ToArray());
        layer.Eval();
        Assert.Equal([-1.5f, -2.5f], layer.Forward(Tensor.From([1, 0, -1], [3])).ToArray());
        Assert.Equal([4, 0, 2], layer.Forward(Tensor.Zeros([4, 0, 3])).Shape);
    }

    [Fact]
    public void Windows_and_groups_out_of_range_are_refused()
    {
        Generator random = new(0);
        Assert.Equal("kernelSize", Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2d(1, 1, (3, 0), random)).ParamName);
        Assert.Equal("stride", Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2d(1, 1, 3, random, stride: (0, 1))).ParamName);
        Assert.Equal("padding", Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2d(1, 1, 3, random, padding: (0, -1))).ParamName);
        Assert.Equal("dilation", Assert.Throws<ArgumentOutOfRangeException>(() => new MaxPool2d(3, dilation: (1, 0))).ParamName);
        Assert.Equal("padding", Assert.Throws<ArgumentOutOfRangeException>(() => new MaxPool2d((2, 4), padding: (1, 3))).ParamName);
        Assert.Equal("padding", Assert.Throws<ArgumentOutOfRangeException>(() => new MaxPool2d((2, 4), padding: (2, 1))).ParamName);
        Assert.Equal(
            "outputPadding", Assert.Throws<ArgumentOutOfRangeException>(() => new ConvTranspose2d(1, 1, 3, random, stride: (2, 1), outputPadding: 1)).ParamName);
        Assert.Equal(
            "outputPadding", Assert.Throws<ArgumentOutOfRangeException>(() => new ConvTranspose2d(1, 1, 3, random, stride: (1, 2), outputPadding: 1)).ParamName);
        AssertSays<ArgumentException>(() => new Conv2d(4, 6, 3, random, groups: 3), "Conv2d", "4 channels in", "6 channels out", "3 equal groups");
        AssertSays<ArgumentException>(() => new ConvTranspose2d(4, 6, 3, random, groups: 4), "ConvTranspose2d", "4 equal groups");
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2d(4, 6, 3, random, groups: 0));
        AssertSays<ShapeException>(() => new Conv2d(1, 1, (1, 9), random, padding: (2, 0)).Forward(Tensor.Ones([1, 1, 4, 8])), "padding (2, 0)", "1 by 9");
        AssertSays<ShapeException>(() => new Conv1d(1, 1, 9, random, padding: 2).Forward(Tensor.Ones([1, 1, 4])), "Conv1d", "padding 2", "9 long");
        AssertSays<ShapeException>(() => new MaxPool1d(5).Forward(Tensor.Ones([1, 1, 4])), "MaxPool1d", "5 long");
        AssertSays<ShapeException>(() => new AvgPool2d(5).Forward(Tensor.Ones([1, 1, 4, 9])), "AvgPool2d", "5 by 5");
    }

    [Fact]
    public void Inputs_of_another_shape_are_refused_with_what_the_layer_takes()
    {
        AssertSays<ShapeException>(() => new Unflatten([2, 3]).Forward(Tensor.Ones([4, 5])), "Unflatten", "[4, 5]", "[batch, 6]");
        AssertSays<ShapeException>(() => new BatchNorm1d(2).Forward(Tensor.Ones([4, 2, 3, 3])), "BatchNorm1d", "[4, 2, 3, 3]");
        AssertSays<ShapeException>(() => new BatchNorm1d(2).Forward(Tensor.Ones([4, 3])), "BatchNorm1d", "[4, 3]");
        AssertSays<ShapeException>(() => new BatchNorm2d(2).Forward(Tensor.Ones([4, 3, 5, 5])), "BatchNorm2d", "[batch, 2, height, width]");
        AssertSays<ShapeException>(() => new BatchNorm2d(2).Forward(Tensor.Ones([4, 2, 5])), "BatchNorm2d", "[4, 2, 5]");
    }

    [Fact]
    public void A_module_moves_with_all_that_it_has()
    {
        Sequential network = new(new Linear(3, 2, new Generator(1)), new BatchNorm1d(2));
        network.Forward(Tensor.Ones([4, 3]));
        float[][] before = [.. network.State.Select(named => named.Value.ToArray())];
        CpuDevice device = new(1);

        network.To(device);

        Assert.Equal(7, before.Length);
        Assert.All(network.State, named => Assert.Same(device, named.Value.Device));
        Assert.Equal(before, network.State.Select(named => named.Value.ToArray()));
        network.Forward(Tensor.Ones([4, 3], device));
        network.Eval();
        network.Forward(Tensor.Ones([4, 3], device));
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Generator random = new(0);
        Parameter[] some = [new(Tensor.Zeros([1]))];
        Assert.Throws<ArgumentOutOfRangeException>(() => new Linear(0, 1, random));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Linear(1, 0, random));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Autoencoder(random, bottleneck: 0));
        foreach (float bad in new[] { -1, float.NaN, float.PositiveInfinity })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(some, bad));
            Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(some, epsilon: bad));
            Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(some, weightDecay: bad));
            Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(some, beta1: bad));
            Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(some, beta2: bad));
            Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(some, bad));
            Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(some, momentum: bad));
            Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(some, weightDecay: bad));
            Assert.Throws<ArgumentOutOfRangeException>(() => new HuberLoss(bad));
            Assert.Throws<ArgumentOutOfRangeException>(() => new SmoothL1Loss(bad));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new HuberLoss(0));

        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(some, beta1: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(some, momentum: 1));
    }

    [Fact]
    public void The_gradient_of_ReLU_at_0_is_0_as_in_PyTorch()
    {
        Relu layer = new();
        layer.Forward(Tensor.From(0f, -0f, 1f));
        Assert.Equal([0, 0, 5], layer.Backward(Tensor.From(3f, 4f, 5f)).ToArray());
    }

    private static void AssertSays<TException>(Action action, params string[] parts)
        where TException : Exception
    {
        string message = Assert.Throws<TException>(action).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    private sealed class Custom : Module
    {
        public Parameter AddParameter(string name) => RegisterParameter(name, Tensor.Zeros([1]));

        public void AddChild(string name) => Register(name, new Relu());

        public override Tensor Forward(Tensor input) => input;

        public override Tensor Backward(Tensor outputGradient) => outputGradient;
    }
}
