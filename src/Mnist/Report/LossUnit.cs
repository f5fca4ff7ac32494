using System.Globalization;
using Quern.Mnist.Models;
using Quern.Mnist.Training;

namespace Quern.Mnist.Report;

/// <summary>What the loss of a model is measured in, and how it is written.</summary>
/// <param name="Axis">For the axis of a chart.</param>
/// <param name="Sentence">For a text.</param>
/// <param name="Format">Of a number.</param>
internal sealed record LossUnit(string Axis, string Sentence, string Format)
{
    private static readonly LossUnit SquaredError = new("Mean squared error", "Mean squared error of a pixel between 0 and 1.", "0.00000");

    private static readonly LossUnit Nats = new(
        "Loss in nats an image",
        "Nats an image: the binary cross entropy over the pixels, plus beta times the divergence of the code from the standard normal. In training the code is drawn, in validation it is the mean, so the validation loss is the lower one.",
        "0.00");

    public bool IsNats => this == Nats;

    public static LossUnit Of(RunOptions options) => options.Model == ModelKind.Vae ? Nats : SquaredError;

    public string Text(double loss) => loss.ToString(Format, CultureInfo.InvariantCulture);
}
