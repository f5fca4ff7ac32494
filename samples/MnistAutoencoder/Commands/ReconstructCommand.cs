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
            var sheet = ReconstructionSheet.Of(ModelOptions.Open(parsed), ModelOptions.Images(parsed), parsed.GetValue(count), parsed.GetValue(noise), parsed.GetValue(TrainOptions.SeedOption));
            ModelOptions.Write(parsed.GetValue(to)!, path => AtomicFile.Write(path, sheet.WritePng));
            return CommandLine.Done;
        });
        return command;
    }
}
