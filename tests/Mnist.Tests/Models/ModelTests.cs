using Quern.Mnist.Models;
using Quern.Mnist.Tests.Data;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Tests.Models;

/// <summary>What holds for every autoencoder, with and without its options.</summary>
public sealed class ModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Names => new(Models.Keys.Order(StringComparer.Ordinal));

    private static Dictionary<string, (ModelKind Kind, AutoencoderOptions Options)> Models { get; } = new()
    {
        ["mlp"] = (ModelKind.Mlp, new() { Bottleneck = 5 }),
        ["mlp with everything"] = (ModelKind.Mlp, new()
        {
            Bottleneck = 3,
            HiddenWidths = [20, 9, 7],
            Activation = HiddenActivation.Silu,
            BatchNorm = true,
            Dropout = 0.2,
            CodeActivation = CodeActivation.Tanh,
            Initializer = WeightInitializer.Kaiming,
        }),
        ["mlp without hidden layers"] = (ModelKind.Mlp, new() { Bottleneck = 3, HiddenWidths = [] }),
        ["mlp with leaky relu"] = (ModelKind.Mlp, new() { Bottleneck = 4, HiddenWidths = [12], Activation = HiddenActivation.LeakyRelu, Initializer = WeightInitializer.Kaiming }),
        ["mlp with gelu and dropout"] = (ModelKind.Mlp, new() { Bottleneck = 4, HiddenWidths = [12], Activation = HiddenActivation.Gelu, Dropout = 0.5 }),
        ["mlp with tanh"] = (ModelKind.Mlp, new() { Bottleneck = 4, HiddenWidths = [12], Activation = HiddenActivation.Tanh, BatchNorm = true }),
        ["conv"] = (ModelKind.Conv, new() { Bottleneck = 5 }),
        ["conv with everything"] = (ModelKind.Conv, new()
        {
            Bottleneck = 4,
            Activation = HiddenActivation.Gelu,
            BatchNorm = true,
            Dropout = 0.1,
            CodeActivation = CodeActivation.Tanh,
            Initializer = WeightInitializer.Kaiming,
        }),
        ["vae"] = (ModelKind.Vae, new() { Bottleneck = 5 }),
        ["vae with everything"] = (ModelKind.Vae, new()
        {
            Bottleneck = 3,
            HiddenWidths = [20, 9],
            Activation = HiddenActivation.Tanh,
            BatchNorm = true,
            Dropout = 0.1,
            Initializer = WeightInitializer.Kaiming,
            Beta = 2.5,
        }),
        ["vae without hidden layers"] = (ModelKind.Vae, new() { Bottleneck = 3, HiddenWidths = [], Beta = 0 }),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Images_become_codes_and_images_again(string name)
    {
        var model = Make(name);
        model.Eval();
        foreach (int batch in (int[])[7, 1, 7])
        {
            var images = Images(batch);
            var codes = model.Encode(images).Clone();
            var drawn = model.Decode(codes).Clone();

            Assert.Equal([batch, model.Bottleneck], codes.Shape);
            Assert.Equal(images.Shape, drawn.Shape);
            Assert.All(drawn.ToArray(), pixel => Assert.InRange(pixel, 0, 1));
            Assert.Equal(drawn.ToArray(), model.Forward(images).ToArray());
            if (model.Options.CodeActivation == CodeActivation.Tanh)
            {
                Assert.All(codes.ToArray(), number => Assert.InRange(number, -1, 1));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_of_the_loss_is_its_slope(string name)
    {
        var model = Make(name);
        var (input, target) = (Images(6), Images(6, seed: 9));
        model.StartStep(3);
        model.ForwardLoss(input, target);
        model.ZeroGradient();
        model.BackwardLoss();
        foreach (var (parameterName, parameter) in model.NamedParameters)
        {
            // Along its own gradient a loss changes fastest, so that rounding matters least.
            float[] gradient = parameter.Gradient.ToArray();
            double norm = Math.Sqrt(gradient.Sum(value => (double)value * value));
            if (norm < 1e-4)
            {
                // A bias before batch norm changes nothing.
                continue;
            }

            float[] before = parameter.Value.ToArray();
            double slope = 0;
            // The loss of a variational autoencoder is some hundred nats, of which float32 holds four digits behind the point.
            double step = model.Kind == ModelKind.Vae ? 4e-3 : 1e-3;
            foreach (int sign in (int[])[1, -1])
            {
                parameter.Value.CopyFrom((ReadOnlySpan<float>)[.. before.Select((value, i) => (float)(value + (sign * step * gradient[i] / norm)))]);
                model.StartStep(3);
                slope += sign * model.ForwardLoss(input, target).Item() / (2 * step);
            }

            parameter.Value.CopyFrom((ReadOnlySpan<float>)before);
            Assert.True(Math.Abs(slope - norm) < (0.03 * norm) + (model.Kind == ModelKind.Vae ? 3e-2 : 2e-4), $"{parameterName}: slope {slope}, gradient {norm}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_of_a_reconstruction_is_its_slope(string name)
    {
        var model = Make(name);
        var images = Images(6);
        var weights = Tensor.RandomNormal(images.Shape, new Generator(8));
        model.StartStep(1);
        model.Forward(images);
        float[] gradient = model.Backward(weights).ToArray();

        double norm = Math.Sqrt(gradient.Sum(value => (double)value * value));
        double slope = 0;
        const double Step = 1e-3;
        foreach (int sign in (int[])[1, -1])
        {
            float[] moved = [.. images.ToArray().Select((pixel, i) => (float)(pixel + (sign * Step * gradient[i] / norm)))];
            model.StartStep(1);
            float[] drawn = model.Forward(Tensor.From(moved, images.Shape)).ToArray();
            slope += sign * drawn.Zip(weights.ToArray(), (pixel, weight) => (double)pixel * weight).Sum() / (2 * Step);
        }

        Assert.True(Math.Abs(slope - norm) < (0.03 * norm) + 1e-3, $"slope {slope}, gradient {norm}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_comes_back_from_its_file(string name)
    {
        var model = Make(name);
        model.ForwardLoss(Images(6), Images(6));
        model.Save(_folder.File("model.safetensors"), model.Metadata);

        var again = ImageAutoencoder.Open(_folder.File("model.safetensors"));

        model.Eval();
        Assert.Equal(model.Kind, again.Kind);
        Assert.Equal(model.Metadata, again.Metadata);
        Assert.False(again.IsTraining);
        Assert.Equal(model.Forward(Images(4)).ToArray(), again.Forward(Images(4)).ToArray());
        Assert.Equal(model.EvaluateLoss(Images(4), Images(4)).Item(), again.EvaluateLoss(Images(4), Images(4)).Item());
    }

    [Theory]
    [InlineData("mlp", "architecture", "mnist-conv-autoencoder", "encoder_fc.weight")]
    [InlineData("mlp", "architecture", "mnist-variational-autoencoder", "encoder_mean.weight")]
    [InlineData("mlp", "architecture", "resnet", "'resnet'")]
    [InlineData("conv", "architecture", "mnist-autoencoder", "encoder_fc1.weight")]
    [InlineData("vae", "architecture", "mnist-autoencoder", "'5'")]
    [InlineData("mlp", "bottleneck", "2000000000", "'2000000000'")]
    [InlineData("mlp", "hidden_widths", "2000000000,64", "'2000000000,64'")]
    [InlineData("mlp", "batch_norm", "true", "'true'")]
    [InlineData("mlp", "activation", "step", "'step'")]
    [InlineData("mlp", "dropout", "NaN", "'NaN'")]
    [InlineData("mlp", "dropout", "1", "'1'")]
    [InlineData("mlp", "bottleneck_activation", "softmax", "'softmax'")]
    [InlineData("vae", "bottleneck_activation", "tanh", "'tanh'")]
    [InlineData("vae", "beta", "-1", "'-1'")]
    [InlineData("vae", "beta", "1e999", "'1e999'")]
    public void Notes_that_do_not_fit_the_tensors_are_refused(string name, string note, string value, string named)
    {
        var model = Make(name);
        string file = _folder.File("model.safetensors");
        model.Save(file, new Dictionary<string, string>(model.Metadata) { [note] = value });

        var error = Assert.Throws<StateFileException>(() => ImageAutoencoder.Open(file));

        Assert.Contains($"'{file}'", error.Message);
        Assert.Contains(named, error.Message);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_that_lacks_any_tensor_is_refused(string name)
    {
        var model = Make(name);
        string file = _folder.File("model.safetensors");
        foreach (var (left, _) in model.State)
        {
            SafeTensors.Write(file, model.State.Where(named => named.Key != left), model.Metadata);
            Assert.Throws<StateFileException>(() => ImageAutoencoder.Open(file));
        }
    }

    [Fact]
    public void Weights_without_notes_are_those_of_a_plain_autoencoder()
    {
        Autoencoder model = new(new Generator(1), new AutoencoderOptions { Bottleneck = 6, HiddenWidths = [30, 10] });
        model.Save(_folder.File("model.safetensors"));
        model.Save(_folder.File("old.safetensors"), new Dictionary<string, string> { ["architecture"] = "mnist-autoencoder", ["bottleneck"] = "6" });
        model.Eval();
        foreach (string file in (string[])["model.safetensors", "old.safetensors"])
        {
            var again = ImageAutoencoder.Open(_folder.File(file));

            Assert.IsType<Autoencoder>(again);
            Assert.Equal(model.Forward(Images(2)).ToArray(), again.Forward(Images(2)).ToArray());
        }
    }

    [Fact]
    public void The_code_of_a_variational_autoencoder_is_drawn_in_training_only()
    {
        VariationalAutoencoder model = new(new Generator(2));
        var images = Images(3);
        float[] mean = model.Encode(images).ToArray();
        model.StartStep(1);
        float[] one = model.Forward(images).ToArray();
        float[] other = model.Forward(images).ToArray();
        model.StartStep(1);
        float[] again = model.Forward(images).ToArray();
        model.Eval();
        float[] evaluated = model.Forward(images).ToArray();

        Assert.NotEqual(one, other);
        Assert.Equal(one, again);
        Assert.Equal(mean, model.Encode(images).ToArray());
        Assert.Equal(evaluated, model.Decode(Tensor.From(mean, [3, 32])).ToArray());
    }

    [Fact]
    public void The_loss_of_a_variational_autoencoder_is_cross_entropy_over_pixels_plus_beta_times_divergence()
    {
        VariationalAutoencoder model = new(new Generator(2), new() { Bottleneck = 4, HiddenWidths = [11], Beta = 3 });
        var images = Images(5);
        model.Eval();
        double[] drawn = [.. model.Forward(images).ToArray().Select(pixel => (double)pixel)];
        var state = model.State.ToDictionary();
        var hidden = images.MatMul(state["encoder_fc1.weight"], transposeRight: true).Add(state["encoder_fc1.bias"]).Relu();
        float[] mean = hidden.MatMul(state["encoder_mean.weight"], transposeRight: true).ToArray();
        float[] logVariance = hidden.MatMul(state["encoder_log_variance.weight"], transposeRight: true).ToArray();
        double entropy = images.ToArray().Zip(drawn, (target, pixel) => -((target * Math.Log(pixel)) + ((1 - target) * Math.Log(1 - pixel)))).Sum();
        double divergence = mean.Zip(logVariance, (m, v) => 0.5 * (Math.Exp(v) + ((double)m * m) - 1 - v)).Sum();

        double loss = model.EvaluateLoss(images, images).Item();

        Assert.Equal((entropy + (3 * divergence)) / 5, loss, 1e-4 * loss);
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        Generator random = new(0);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Autoencoder(random, new AutoencoderOptions { Bottleneck = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Autoencoder(random, new AutoencoderOptions { HiddenWidths = [4, 0] }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Autoencoder(random, new AutoencoderOptions { Dropout = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VariationalAutoencoder(random, new() { Beta = double.NaN }));
        Assert.Throws<ArgumentException>(() => new VariationalAutoencoder(random, new() { CodeActivation = CodeActivation.Tanh }));
        Assert.Throws<ArgumentException>(() => new ConvAutoencoder(random, new() { HiddenWidths = [64] }));
        Assert.Throws<InvalidOperationException>(() => new VariationalAutoencoder(random).BackwardLoss());
        Assert.Throws<InvalidOperationException>(() => new ConvAutoencoder(random).BackwardLoss());
    }

    private static ImageAutoencoder Make(string name) => ImageAutoencoder.Create(Models[name].Kind, new Generator(5), Models[name].Options);

    private static Tensor Images(int count, ulong seed = 2) => Tensor.Random([count, ImageAutoencoder.Pixels], new Generator(seed));

    [Fact]
    public void First_weights_are_those_of_the_initializer()
    {
        // Kaiming's, with the gain of ReLU; and Glorot's in place of what a convolution begins with by itself.
        var kaiming = new Autoencoder(new Generator(1), new AutoencoderOptions { Initializer = WeightInitializer.Kaiming }).Parameters[0].Value;
        double bound = Math.Sqrt(2) * Math.Sqrt(3.0 / 784);
        Assert.InRange(kaiming.ToArray().Max(MathF.Abs), 0.99 * bound, bound * 1.000001);

        var window = new ConvAutoencoder(new Generator(1)).Parameters[0].Value;
        double area = window.Shape[2] * window.Shape[3];
        bound = Math.Sqrt(6 / ((window.Shape[0] + window.Shape[1]) * area));
        Assert.InRange(window.ToArray().Max(MathF.Abs), 0.8 * bound, bound * 1.000001);
    }
}
