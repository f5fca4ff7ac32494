using System.CommandLine;
using Quern.Mnist.Report;
using Quern.Nn;

namespace Quern.MnistAutoencoder.Commands;

/// <summary>Draws images above what a model makes of them.</summary>
internal static class ReconstructCommand
{
    public static Command Create()
    {
        var count = ModelOptions.Count("How many validation images.", 32);
        var to = ModelOptions.Out("The picture: FILE.png.", ".png");
        var command = new Command("reconstruct", "Draw validation images above what a model makes of them.") { ModelOptions.Model, count, to };
        ModelOptions.AddData(command);
        command.SetAction(parsed =>
        {
            var sheet = ReconstructionSheet.Of(ModelOptions.Open(parsed), ModelOptions.Images(parsed), parsed.GetValue(count));
            ModelOptions.Write(parsed.GetValue(to)!, path => AtomicFile.Write(path, sheet.WritePng));
            return CommandLine.Done;
        });
        return command;
    }
}
