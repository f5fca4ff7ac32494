using System.CommandLine;
using System.Globalization;
using Quern.Mnist;
using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Training;
using Quern.Nn;

namespace Quern.MnistAutoencoder.Commands;

/// <summary>What the commands share that use a trained model.</summary>
internal static class ModelOptions
{
    public static readonly Option<string> Model = new("--model")
    {
        Description = "A model or checkpoint in the safetensors format, or the folder of a run.",
        HelpName = "PATH",
        Required = true,
    };

    /// <summary>The file to write, whose ending must be one of those given.</summary>
    public static Option<string> Out(string description, params string[] endings)
    {
        var option = new Option<string>("--out") { Description = description, HelpName = "FILE", Required = true };
        option.Validators.Add(result =>
        {
            string name = result.GetValueOrDefault<string?>() ?? "";
            if (!endings.Contains(Path.GetExtension(name).ToLowerInvariant()))
            {
                result.AddError($"--out {name}: expected a file that ends in {string.Join(" or ", endings)}.");
            }
        });
        return option;
    }

    /// <summary>How many images to take.</summary>
    public static Option<int> Count(string description, int byDefault) => TrainOptions.Number("--count", description, byDefault, 1, int.MaxValue, "a whole number from 1 up");

    public static void AddData(Command command)
    {
        command.Add(TrainOptions.DatasetOption);
        command.Add(TrainOptions.DataOption);
        command.Add(TrainOptions.TransposeOption);
        command.Add(TrainOptions.InkOption);
        command.Add(TrainOptions.SeedOption);
    }

    public static ImageAutoencoder Open(ParseResult parsed) => StateFile.Read(Model.Name, FileOf(parsed), file => ImageAutoencoder.Open(file));

    /// <summary>Validation images, which a model has not trained on: those asked for, or those of its run.</summary>
    /// <exception cref="BadInputException">None are asked for, and the model does not say what it was trained on.</exception>
    public static Dataset Images(ParseResult parsed)
    {
        ImageChoice images = new(null, null);
        ulong seed = parsed.GetValue(TrainOptions.SeedOption);
        if (parsed.GetValue(TrainOptions.DatasetOption) is null && parsed.GetValue(TrainOptions.DataOption) is null)
        {
            string file = FileOf(parsed);
            var notes = SafeTensors.Read(file).Metadata;
            Names.TryParse(notes.GetValueOrDefault(RunNotes.Ink), out Ink ink);
            images = ImageChoice.OfRun(notes.GetValueOrDefault(RunNotes.Dataset), notes.GetValueOrDefault(RunNotes.Data), notes.GetValueOrDefault(RunNotes.TransposeImages) == "true", ink)
                ?? throw new BadInputException($"{Model.Name}: '{file}' does not say which images it was trained on. Give them with --data DIR or --dataset NAME.");
            if (parsed.GetResult(TrainOptions.SeedOption) is null or { Implicit: true }
                && ulong.TryParse(notes.GetValueOrDefault(RunNotes.Seed), NumberStyles.None, CultureInfo.InvariantCulture, out ulong ofRun))
            {
                seed = ofRun;
            }
        }

        var data = TrainOptions.GivenImages(parsed, images).Load(seed);
        Console.WriteLine(PrintableText.OnOneLine(data.Origin));
        return data.Validation;
    }

    /// <summary>Refuses a picture that no viewer shows.</summary>
    /// <param name="images">Images on it, as many in a row as the sheets have.</param>
    /// <param name="rowsOfEach">Rows for each row of images.</param>
    /// <exception cref="BadInputException">It would be too high.</exception>
    public static void CheckHeight(int images, int rowsOfEach = 1)
    {
        // A row of images is 86 pixels high, and groups are a little apart.
        const int MostPixels = 16_384;
        const int InARow = 16;
        int pixels = (rowsOfEach * 86) + (rowsOfEach > 1 ? 6 : 0);
        int most = MostPixels / pixels * InARow;
        if (images > most)
        {
            throw new BadInputException($"--count: {images} images make a picture of {((long)images + InARow - 1) / InARow * pixels} pixels in height, and {MostPixels} are the most. Take {most} or fewer with --count.");
        }
    }

    private static string FileOf(ParseResult parsed)
    {
        string path = parsed.GetValue(Model)!;
        return Directory.Exists(path) ? Path.Combine(path, TrainingRun.ModelFileName) : path;
    }

    /// <summary>Writes a file, or says that it cannot be written.</summary>
    /// <exception cref="BadInputException">It cannot.</exception>
    public static void Write(string path, Action<string> write)
    {
        try
        {
            write(path);
            Console.WriteLine(PrintableText.OnOneLine($"Written to {path}."));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"--out: '{path}' cannot be written: {error.Message}");
        }
    }
}
