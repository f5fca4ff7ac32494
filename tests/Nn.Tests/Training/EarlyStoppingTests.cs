using Quern.Tensors;

namespace Quern.Nn.Tests.Training;

public sealed class EarlyStoppingTests
{
    // The validation loss of each epoch, and the epoch that ends the training.
    [Theory]
    [InlineData(1, 0, new[] { 3.0, 2, 1, 1 }, 3, 4)]
    [InlineData(2, 0, new[] { 3.0, 4, 2, 3, 2.5 }, 3, 5)]
    [InlineData(2, 0.5, new[] { 3.0, 2.6, 2.4, 2, 2 }, 3, 5)]
    [InlineData(1, 0, new[] { double.NaN, double.NaN }, 1, 2)]
    public void It_waits_for_so_many_epochs_without_enough_of_an_improvement(int patience, double minimum, double[] losses, int best, int last)
    {
        EarlyStopping stopping = new(patience, minimum);
        Linear module = new(2, 1, new Generator(1));
        int epoch = 0;

        while (!stopping.EndsAfter(module, Report(epoch + 1, losses[epoch])))
        {
            epoch++;
        }

        Assert.Equal((best, last), (stopping.BestEpoch, epoch + 1));
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 3)]
    public void The_weights_of_the_best_epoch_come_back_where_they_are_asked_for(bool restoreBest, float expected) => Assert.All(Device.All, device =>
    {
        EarlyStopping stopping = new(patience: 9, restoreBest: restoreBest);
        BatchNorm1d module = new(2, device: device);
        double[] losses = [3, 1, 2];
        for (int epoch = 1; epoch <= losses.Length; epoch++)
        {
            module.Parameters[0].Value.Fill(epoch);
            module.RunningMean.Value.Fill(epoch);
            stopping.EndsAfter(module, Report(epoch, losses[epoch - 1]));
        }

        stopping.Restore(module);

        Assert.Equal([expected, expected], module.Parameters[0].Value.ToArray());
        Assert.Equal([expected, expected], module.RunningMean.Value.ToArray());
    });

    private static EpochReport Report(int epoch, double loss) => new(epoch, 0, loss, 1, 1, 0.1, 1, new Dictionary<string, double>());
}
