using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Training;
using Quern.Tensors;

namespace Quern.Mnist.Tests.Training;

/// <summary>Training on an OpenCL device learns what the processor learns.</summary>
public sealed class OpenClTrainingTests
{
    // 51 steps, the last of them with a smaller batch.
    private const int Images = (50 * 32) + 7;

    private static readonly DataSplits Data = new(
        "synthetic", SyntheticDigits.Draw(0, 0, Images), SyntheticDigits.Draw(0, Images, 40), IsVerified: false, string.Empty);

    [SkippableFact]
    public void The_losses_are_those_of_the_processor_and_the_same_every_time()
    {
        Device device = FirstDevice();

        (float[] expected, double expectedValidation) = Losses(Device.Cpu);
        (float[] losses, double validation) = Losses(device);

        Assert.Equal(51, losses.Length);
        for (int step = 0; step < losses.Length; step++)
        {
            Assert.Equal(expected[step], losses[step], 1e-4 * expected[step]);
        }

        Assert.Equal(expectedValidation, validation, 1e-3 * expectedValidation);
        (float[] again, double validationAgain) = Losses(device);
        Assert.Equal(losses, again);
        Assert.Equal(validation, validationAgain);
    }

    private static (float[] Steps, double Validation) Losses(Device device)
    {
        Trainer trainer = new(new Autoencoder(new Generator(3), device: device), Data, new TrainerOptions { BatchSize = 32, Seed = 3 });
        double validation = trainer.TrainEpoch().ValidationLoss;
        return (trainer.StepLosses, validation);
    }

    private static Device FirstDevice()
    {
        try
        {
            return Device.OpenCl();
        }
        catch (DeviceException error)
        {
            Skip.If(true, error.Message);
            throw;
        }
    }
}
