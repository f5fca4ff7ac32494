using Quern.Mnist.Models;
using Quern.Tensors;

namespace Quern.Nn.Tests.Parity;

/// <summary>
/// The autoencoder trained beside PyTorch: the same initial weights, the same images in the same order, Adam at its defaults.
/// PyTorch in float32 is 2e-7 from itself in float64 in the losses and the first gradients, and 1e-7 in the parameters.
/// </summary>
public sealed class AutoencoderParityTests(AutoencoderParityTests.TrainedBesidePyTorch run) : IClassFixture<AutoencoderParityTests.TrainedBesidePyTorch>
{
    private static readonly ParityFigures Figures = ParityFigures.Read("autoencoder.safetensors");

    [Fact]
    public void The_first_50_losses_agree_with_PyTorch()
    {
        double[] expected = Figures["losses"];
        Assert.Equal(50, expected.Length);
        Assert.All(expected.Zip(run.Losses), pair => Assert.InRange(Math.Abs(pair.Second - pair.First) / pair.First, 0, 1e-5));
    }

    [Fact]
    public void The_gradients_of_the_first_step_agree_with_PyTorch()
    {
        Assert.Equal(12, run.FirstGradients.Count);
        Assert.All(run.FirstGradients, named => Assert.InRange(Figures.DigestDistance($"{named.Key}.gradient", named.Value), 0, 1e-5));
    }

    [Fact]
    public void The_parameters_after_10_steps_of_Adam_agree_with_PyTorch()
    {
        Assert.Equal(12, run.ParametersAfter10.Count);
        Assert.All(run.ParametersAfter10, named => Assert.InRange(Figures.DigestDistance($"{named.Key}.after_10_steps", named.Value), 0, 1e-4));
    }

    [Fact]
    public void Projections_reveal_a_difference_of_the_size_it_has()
    {
        const string Weight = "encoder_fc1.weight";
        float[] values = [.. run.FirstGradients[Weight].Select(value => value * 1.001f)];
        Assert.InRange(Figures.DigestDistance($"{Weight}.gradient", values), 0.0007, 0.0013);
    }

    /// <summary>50 steps on batches of 128 images, once for all tests here.</summary>
    public sealed class TrainedBesidePyTorch
    {
        private const int Batch = 128;

        public TrainedBesidePyTorch()
        {
            Autoencoder model = new(new Generator(0));
            uint stream = 100;
            foreach (Parameter parameter in model.Parameters)
            {
                parameter.Value.CopyFrom(ParityFormulas.Values(stream++, parameter.Value.Shape, Scale(parameter.Value.Shape)));
            }

            Adam optimizer = new(model.Parameters, 1e-3f);
            MseLoss loss = new();
            for (int step = 0; step < 50; step++)
            {
                Tensor images = ParityFormulas.Images(step * Batch, Batch);
                Losses.Add(loss.Forward(model.Forward(images), images).Item());
                optimizer.ZeroGradient();
                model.BackwardParameters(loss.Backward());
                if (step == 0)
                {
                    FirstGradients = model.NamedParameters.ToDictionary(named => named.Key, named => named.Value.Gradient.ToArray());
                }

                optimizer.Step();
                if (step == 9)
                {
                    ParametersAfter10 = model.NamedParameters.ToDictionary(named => named.Key, named => named.Value.Value.ToArray());
                }
            }
        }

        public List<float> Losses { get; } = [];

        public IReadOnlyDictionary<string, float[]> FirstGradients { get; } = new Dictionary<string, float[]>();

        public IReadOnlyDictionary<string, float[]> ParametersAfter10 { get; } = new Dictionary<string, float[]>();

        // About Glorot's bound, rounded to a power of two; biases small, but not zero.
        private static float Scale(Shape shape) =>
            shape.Rank == 1 ? 1f / 64 : MathF.Pow(2, MathF.Round(MathF.Log2(MathF.Sqrt(6f / (shape[0] + shape[1])))));
    }
}
