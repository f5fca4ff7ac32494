using System.Globalization;
using Quern.Mnist.Models;

namespace Quern.Mnist.Training;

/// <summary>The notes by which a file of weights says which run they are of, and which step of it.</summary>
internal static class RunNotes
{
    public const string Dataset = "dataset";
    public const string Data = "data";
    public const string TransposeImages = "transpose_images";
    public const string Ink = "ink";
    public const string Seed = "seed";
    public const string Epoch = "epoch";
    public const string Step = "step";
    public const string ValidationLoss = "val_loss";

    /// <summary>Those of the model after the last epoch of a history, with the model's own.</summary>
    public static Dictionary<string, string> Of(ImageAutoencoder model, TrainingHistory history, long stepCount)
    {
        Dictionary<string, string> notes = new(model.Metadata)
        {
            [Dataset] = history.Dataset,
            [Seed] = history.Seed.ToString(CultureInfo.InvariantCulture),
            [Epoch] = history.Epochs.Count.ToString(CultureInfo.InvariantCulture),
            [Step] = stepCount.ToString(CultureInfo.InvariantCulture),
            [ValidationLoss] = Text(history.Epochs[^1].ValidationLoss),
        };
        if (history.Data is { } folder)
        {
            notes[Data] = folder;
        }

        if (history.TransposeImages)
        {
            notes[TransposeImages] = "true";
        }

        if (history.Ink != Mnist.Data.Ink.Auto)
        {
            notes[Ink] = Names.Of(history.Ink);
        }

        return notes;
    }

    /// <summary>Whether notes are those of the model after an epoch: its number and its loss to the last bit.</summary>
    public static bool AreOf(IReadOnlyDictionary<string, string> notes, EpochResult epoch) =>
        notes.TryGetValue(Epoch, out string? number) && number == epoch.Epoch.ToString(CultureInfo.InvariantCulture)
        && notes.TryGetValue(ValidationLoss, out string? loss) && loss == Text(epoch.ValidationLoss);

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
