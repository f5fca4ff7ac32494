using System.CommandLine;
using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Training;

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
        command.Add(TrainOptions.SeedOption);
    }

    public static ImageAutoencoder Open(ParseResult parsed)
    {
        string path = parsed.GetValue(Model)!;
        return StateFile.Read(Model.Name, Directory.Exists(path) ? Path.Combine(path, TrainingRun.ModelFileName) : path, file => ImageAutoencoder.Open(file));
    }

    /// <summary>The validation images, which a model has not trained on.</summary>
    public static Dataset Images(ParseResult parsed)
    {
        var data = new DataSource().ResolveAsync(parsed.GetValue(TrainOptions.DatasetOption), parsed.GetValue(TrainOptions.DataOption), parsed.GetValue(TrainOptions.SeedOption)).GetAwaiter().GetResult();
        Console.WriteLine(data.Origin);
        return data.Validation;
    }

    /// <summary>Writes a file, or says that it cannot be written.</summary>
    /// <exception cref="BadInputException">It cannot.</exception>
    public static void Write(string path, Action<string> write)
    {
        try
        {
            write(path);
            Console.WriteLine($"Written to {path}.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"--out: '{path}' cannot be written: {error.Message}");
        }
    }
}
