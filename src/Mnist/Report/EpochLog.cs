using System.Globalization;
using System.Text;
using Quern.Mnist.Training;

namespace Quern.Mnist.Report;

/// <summary>The epochs of a run for programs that draw curves: a table of comma-separated values, and TensorBoard.</summary>
public static class EpochLog
{
    /// <summary>The epochs as comma-separated values: a line of names as in <c>history.json</c>, then a line for each epoch.</summary>
    /// <param name="epochs">The epochs; what an epoch does not know is left empty.</param>
    public static string ToCsv(IReadOnlyList<EpochResult> epochs)
    {
        ArgumentNullException.ThrowIfNull(epochs);
        StringBuilder text = new("epoch,train_loss,val_loss,seconds,images_per_second,lr,gradient_norm\n");
        foreach (var epoch in epochs)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{epoch.Epoch},{epoch.TrainLoss},{epoch.ValidationLoss},{epoch.Seconds},{epoch.ImagesPerSecond},{epoch.LearningRate},{epoch.GradientNorm}\n");
        }

        return text.ToString();
    }

    /// <summary>Adds an epoch to the curves of a run in TensorBoard: its losses, its learning rate and the norm of its gradients.</summary>
    /// <param name="writer">The run's event file.</param>
    /// <param name="epoch">The epoch, whose number is the step.</param>
    public static void Add(SummaryWriter writer, EpochResult epoch)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(epoch);
        writer.AddScalar("loss/train", epoch.TrainLoss, epoch.Epoch);
        writer.AddScalar("loss/validation", epoch.ValidationLoss, epoch.Epoch);
        if (epoch.LearningRate is { } rate)
        {
            writer.AddScalar("learning_rate", rate, epoch.Epoch);
        }

        if (epoch.GradientNorm is { } norm)
        {
            writer.AddScalar("gradient_norm", norm, epoch.Epoch);
        }

        writer.Flush();
    }
}
