using Quern.Mnist.Training;

namespace Quern.Mnist.Report;

/// <summary>
/// The losses to compare with: the same network with the same settings, trained on MNIST by PyTorch. Mean squared error
/// over the 10,000 validation images.
/// </summary>
public static class ReferenceCurve
{
    private static readonly RunOptions Defaults = new();

    /// <summary>Validation loss after each epoch: the mean over seeds 0, 1 and 2 of <c>tests/parity/train_models.py</c>.</summary>
    public static IReadOnlyList<(int Epoch, double Loss)> Validation { get; } =
    [
        (1, 0.01964), (2, 0.01453), (3, 0.01240), (4, 0.01095),
        (5, 0.00993), (6, 0.00928), (7, 0.00868), (8, 0.00826),
        (9, 0.00788), (10, 0.00763), (11, 0.00737), (12, 0.00722),
    ];

    /// <summary>Whether a run trained on the reference's data, with the settings that decide its losses.</summary>
    public static bool AppliesTo(TrainingHistory history) =>
        history.Dataset == "mnist" && history.Options with { Training = history.Options.Training with { Epochs = Defaults.Training.Epochs } } == Defaults;
}
