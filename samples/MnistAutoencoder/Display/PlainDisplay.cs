using Quern.Mnist.Data;
using Quern.Mnist.Training;
using Quern.Nn;

namespace Quern.MnistAutoencoder.Display;

/// <summary>Lines without escape codes, each written when there is something to say.</summary>
internal sealed class PlainDisplay : RunDisplay, IProgress<DownloadProgress>
{
    private (string File, string? Host) _last;

    public override DataSplits Load(Func<IProgress<DownloadProgress>, DataSplits> load) => load(this);

    public override EpochResult Train(Func<Action<TrainingProgress>?, EpochResult> train) => train(null);

    public override T Wait<T>(string what, Func<T> work)
    {
        Say($"{what}.");
        return work();
    }

    public void Report(DownloadProgress value)
    {
        if (_last != (value.File, value.Host))
        {
            _last = (value.File, value.Host);
            Say(value.Host is null ? $"Waiting for another process that downloads {value.File}." : $"Downloading {value.File} from {value.Host}.");
        }
    }
}
