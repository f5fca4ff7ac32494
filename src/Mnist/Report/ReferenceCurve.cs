using Quern.Mnist.Training;

namespace Quern.Mnist.Report;

/// <summary>
/// The losses to compare with: the same network with the same settings, trained on MNIST by PyTorch. Mean squared error
/// over the 10,000 validation images.
/// </summary>
public static class ReferenceCurve
{
    private static readonly RunOptions Defaults = new();

    /// <summary>Validation loss after some of the epochs.</summary>
    public static IReadOnlyList<(int Epoch, double Loss)> Validation { get; } = [(1, 0.0200), (3, 0.0127), (6, 0.0095), (12, 0.00726)];

    /// <summary>Whether a run trained on the reference's data, with the settings that decide its losses.</summary>
    public static bool AppliesTo(TrainingHistory history) =>
        history.Dataset == "mnist" && history.Options == Defaults with { Epochs = history.Options.Epochs };
}
