using System.Globalization;
using Quern.Mnist.Data;
using Quern.Mnist.Training;

namespace Quern.MnistAutoencoder.Display;

/// <summary>What the user sees of a run.</summary>
internal abstract class RunDisplay
{
    /// <summary>Bars that move where a person is looking; plain lines in a pipe, in a log, or where the user wants them.</summary>
    public static RunDisplay ForThisConsole()
    {
        bool plain = Console.IsOutputRedirected
            || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 }
            || Environment.GetEnvironmentVariable("TERM") == "dumb";
        return plain ? new PlainDisplay() : new LiveDisplay();
    }

    /// <summary>Shows how a download goes on.</summary>
    public abstract DataSplits Load(Func<IProgress<DownloadProgress>, DataSplits> load);

    /// <summary>Shows how an epoch goes on.</summary>
    public abstract EpochResult Train(Func<Action<TrainingProgress>?, EpochResult> train);

    /// <summary>A line for an epoch that is done.</summary>
    public void EpochDone(EpochResult result, int epochs)
    {
        int width = epochs.ToString(CultureInfo.InvariantCulture).Length;
        Say(string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {result.Epoch.ToString(CultureInfo.InvariantCulture).PadLeft(width)}/{epochs}  train {result.TrainLoss:0.00000}  validation {result.ValidationLoss:0.00000}  {result.Seconds:0.00} s  {result.ImagesPerSecond:N0} images/s"));
    }

    /// <summary>A line of text.</summary>
    public void Say(string line) => Console.WriteLine(line);
}
