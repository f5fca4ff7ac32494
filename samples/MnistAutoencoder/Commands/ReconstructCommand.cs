using System.CommandLine;
using Quern.Mnist.Data;
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
        var pictures = new Option<string[]>("--image")
        {
            Description = "A picture of one's own in place of validation images: PNG, JPEG, BMP or GIF. May be given several times.",
            HelpName = "FILE",
        };
        var to = ModelOptions.Out("The picture: FILE.png.", ".png");
        var command = new Command("reconstruct", "Draw validation images above what a model makes of them.") { ModelOptions.Model, pictures, count, noise, to };
        ModelOptions.AddData(command);
        command.SetAction(parsed =>
        {
            var model = ModelOptions.Open(parsed);
            var images = Images(parsed, pictures);
            int taken = Math.Min(parsed.GetValue(count), images.Count);
            ModelOptions.CheckHeight(taken, rowsOfEach: parsed.GetValue(noise) is null ? 2 : 3);
            var sheet = ReconstructionSheet.Of(model, images, taken, parsed.GetValue(noise), parsed.GetValue(TrainOptions.SeedOption));
            ModelOptions.Write(parsed.GetValue(to)!, path => AtomicFile.Write(path, sheet.WritePng));
            return CommandLine.Done;
        });
        return command;
    }

    private static Dataset Images(ParseResult parsed, Option<string[]> pictures)
    {
        if (parsed.GetValue(pictures) is not { Length: > 0 } given)
        {
            return ModelOptions.Images(parsed);
        }

        if (parsed.GetValue(TrainOptions.DataOption) is not null || parsed.GetValue(TrainOptions.DatasetOption) is not null)
        {
            throw new BadInputException("--image takes the place of --data and --dataset. Give one or the other.");
        }

        byte[] images = [.. given.SelectMany(path => ImageReader.Read(path, parsed.GetValue(TrainOptions.InkOption)))];
        return new Dataset(images, new byte[given.Length], SyntheticDigits.Size, SyntheticDigits.Size, classCount: 1);
    }
}
