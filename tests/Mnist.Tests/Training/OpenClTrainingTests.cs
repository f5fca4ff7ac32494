using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Training;
using Quern.Tensors;

namespace Quern.Mnist.Tests.Training;

/// <summary>Training on an OpenCL device learns what the processor learns.</summary>
public sealed class OpenClTrainingTests
{
    // The steps of an epoch before its last, which has a smaller batch.
    private static readonly Dictionary<string, (int Steps, Func<Device, ImageAutoencoder> Make, TrainerOptions Options)> Trainings = new()
    {
        ["mlp"] = (50, device => new Autoencoder(new Generator(3), device: device), new()),
        ["mlp with every option"] = (
            8,
            device => new Autoencoder(
                new Generator(3),
                new AutoencoderOptions { HiddenWidths = [65, 33], Activation = HiddenActivation.Gelu, BatchNorm = true, Dropout = 0.2, CodeActivation = CodeActivation.Tanh },
                device),
            new() { Denoise = new(NoiseKind.Gaussian, 0.3), WeightDecay = 0.01, Clip = 0.5 }),
        ["conv"] = (2, device => new ConvAutoencoder(new Generator(3), device: device), new()),
        ["vae"] = (8, device => new VariationalAutoencoder(new Generator(3), device: device), new()),
    };

    public static TheoryData<string> Names => [.. Trainings.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_losses_are_those_of_the_processor_and_the_same_every_time(string name)
    {
        Device device = OpenClDevice();

        (float[] expected, double expectedValidation) = Losses(name, Device.Cpu);
        (float[] losses, double validation) = Losses(name, device);

        Assert.Equal(Trainings[name].Steps + 1, losses.Length);
        for (int step = 0; step < losses.Length; step++)
        {
            Assert.Equal(expected[step], losses[step], 1e-4 * expected[step]);
        }

        Assert.Equal(expectedValidation, validation, 1e-3 * expectedValidation);
        (float[] again, double validationAgain) = Losses(name, device);
        Assert.Equal(losses, again);
        Assert.Equal(validation, validationAgain);
    }

    private static (float[] Steps, double Validation) Losses(string name, Device device)
    {
        const int BatchSize = 32;
        var (steps, make, options) = Trainings[name];
        int images = (steps * BatchSize) + 7;
        DataSplits data = new(
            "synthetic", SyntheticDigits.Draw(0, 0, images), SyntheticDigits.Draw(0, images, 40), IsVerified: false, string.Empty);
        AutoencoderTrainer trainer = new(make(device), data, options with { BatchSize = BatchSize }, seed: 3);
        double validation = trainer.TrainEpoch().ValidationLoss;
        return (trainer.StepLosses, validation);
    }

    private static Device OpenClDevice()
    {
        try
        {
            return Device.Parse(Environment.GetEnvironmentVariable("QUERN_OPENCL_DEVICE") ?? "opencl");
        }
        catch (DeviceException error)
        {
            Assert.Skip(error.Message);
            throw;
        }
    }
}
