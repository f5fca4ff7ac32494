using System.CommandLine;
using System.Globalization;
using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Pictures;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.MnistAutoencoder.Commands;

/// <summary>Draws what a model makes of codes: of a file, or on the way from one image to another.</summary>
internal static class DecodeCommand
{
    private const int MaxColumns = 16;

    private static readonly Option<string?> Codes = new("--codes")
    {
        Description = "Codes as 'encode' writes them: FILE.npy or FILE.csv.",
        HelpName = "FILE",
    };

    private static readonly Option<int> Count = ModelOptions.Count("How many of the codes, from the first; all of them if there are fewer.", int.MaxValue);

    private static readonly Option<string[]> Between = new("--between")
    {
        Description = "Two validation images by number, from 0: their codes and those on the straight line between.",
        HelpName = "I J",
        Arity = new ArgumentArity(2, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<int> Steps = TrainOptions.Number("--steps", "Pictures from one image to the other, both counted.", 9, 2, 1000, "a whole number from 2 to 1000");

    private static readonly Option<string> Out = ModelOptions.Out("The picture: FILE.png.", ".png");

    public static Command Create()
    {
        var command = new Command("decode", "Draw codes of a file, or the way from one image to another.") { ModelOptions.Model, Codes, Count, Between, Steps, Out };
        ModelOptions.AddData(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string? file = parsed.GetValue(Codes);
        string[] ends = parsed.GetValue(Between) ?? [];
        if (file is null == (ends.Length == 0))
        {
            throw new BadInputException("decode: give either codes with --codes FILE, or two images with --between I J.");
        }

        var model = ModelOptions.Open(parsed);
        var codes = file is null ? Interpolate(model, ModelOptions.Images(parsed), ends, parsed.GetValue(Steps)) : Read(file, model.Bottleneck, parsed.GetValue(Count));
        var sheet = Draw(model, codes);
        ModelOptions.Write(parsed.GetValue(Out)!, path => AtomicFile.Write(path, sheet.WritePng));
        return CommandLine.Done;
    }

    private static Tensor Read(string path, int width, int count)
    {
        var codes = StateFile.Read(Codes.Name, path, file => CodeTable.IsCsv(file) ? CodeTable.Read(file, width) : Npy.Read(file));
        if (codes.Rank == 1)
        {
            codes = codes.Reshape([1, codes.Shape[0]]);
        }

        if (codes.Rank != 2 || codes.Shape[1] != width || codes.Shape[0] < 1)
        {
            throw new BadInputException($"--codes: '{path}' has shape {codes.Shape}; expected [count, {width}], the model's code, and at least one.");
        }

        count = Math.Min(count, codes.Shape[0]);
        ModelOptions.CheckHeight(count);
        return codes.Rows(0, count);
    }

    private static Tensor Interpolate(ImageAutoencoder model, Dataset images, string[] ends, int steps)
    {
        float[] from = CodeOf(model, images, ends[0]);
        float[] to = CodeOf(model, images, ends[1]);
        float[] codes = new float[steps * from.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            float part = (float)(i / from.Length) / (steps - 1);
            codes[i] = ((1 - part) * from[i % from.Length]) + (part * to[i % from.Length]);
        }

        return Tensor.From(codes, [steps, from.Length]);
    }

    private static float[] CodeOf(ImageAutoencoder model, Dataset images, string number) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < images.Count
            ? model.Encode(images.ToTensor(index, 1)).ToArray()
            : throw new BadInputException($"--between {number}: expected the number of a validation image, from 0 to {images.Count - 1}.");

    private static ContactSheet Draw(ImageAutoencoder model, Tensor codes)
    {
        int count = codes.Shape[0];
        int columns = Math.Min(MaxColumns, count);
        float[] pixels = model.Decode(codes).ToArray();
        var sheet = new ContactSheet((count + columns - 1) / columns, columns, scale: 3);
        for (int i = 0; i < count; i++)
        {
            sheet.Put(i / columns, i % columns, pixels.AsSpan(i * ImageAutoencoder.Pixels, ImageAutoencoder.Pixels));
        }

        return sheet;
    }
}
