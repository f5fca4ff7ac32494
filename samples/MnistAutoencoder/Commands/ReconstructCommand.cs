using System.CommandLine;
using Quern.Mnist.Report;
using Quern.Nn;

namespace Quern.MnistAutoencoder.Commands;

/// <summary>Draws images above what a model makes of them, with or without noise on what it is shown.</summary>
internal static class ReconstructCommand
{
    public static Command Create()
    {
        var count = ModelOptions.Count("How many validation images.", 32);
        var noise = TrainOptions.Noise("Spoil the images first, such as gaussian:0.3: noisy images above reconstructions above originals.");
        var to = ModelOptions.Out("The picture: FILE.png.", ".png");
        var command = new Command("reconstruct", "Draw validation images above what a model makes of them.") { ModelOptions.Model, count, noise, to };
        ModelOptions.AddData(command);
        command.SetAction(parsed =>
        {
            var model = ModelOptions.Open(parsed);
            var images = ModelOptions.Images(parsed);
            int taken = Math.Min(parsed.GetValue(count), images.Count);
            ModelOptions.CheckHeight(taken, rowsOfEach: parsed.GetValue(noise) is null ? 2 : 3);
            var sheet = ReconstructionSheet.Of(model, images, taken, parsed.GetValue(noise), parsed.GetValue(TrainOptions.SeedOption));
            ModelOptions.Write(parsed.GetValue(to)!, path => AtomicFile.Write(path, sheet.WritePng));
            return CommandLine.Done;
        });
        return command;
    }
}
