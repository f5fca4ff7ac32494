using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Quern.Mnist.Data;
using Quern.Mnist.Training;

namespace Quern.MnistAutoencoder;

/// <summary>What to train, as the command line gives it. Every value lies within its range.</summary>
internal sealed record TrainOptions(string? Dataset, string? Data, RunOptions Run, ulong Seed, string Device, int? Threads, string? Out, int CheckpointEvery, Checkpoint? Resume)
{
    private static readonly RunOptions Defaults = new();

    public static readonly Option<string?> DatasetOption = new("--dataset")
    {
        Description = "mnist, fashion-mnist or synthetic. Left out: MNIST, or synthetic digits where it cannot be had. Named: that one or an error.",
        HelpName = "NAME",
    };

    public static readonly Option<string?> DataOption = new("--data")
    {
        Description = "A folder with the four IDX files of a set of 28x28 images, gzipped or not. Nothing is downloaded.",
        HelpName = "DIR",
    };

    private static readonly Option<int> EpochsOption = Number("--epochs", "How often to go through the training images.", Defaults.Epochs, 1, int.MaxValue, "a whole number from 1 up");

    private static readonly Option<int> BatchSizeOption = Number("--batch-size", "Images per step.", Defaults.BatchSize, 1, 1 << 20, "a whole number from 1 to 1048576");

    private static readonly Option<double> LearningRateOption = Number("--lr", "Step size of Adam.", Defaults.LearningRate, double.Epsilon, float.MaxValue, "a number above 0, such as 0.001");

    private static readonly Option<int> BottleneckOption = Number("--bottleneck", "Numbers that an image is squeezed into.", Defaults.Bottleneck, 1, 4096, "a whole number from 1 to 4096");

    public static readonly Option<ulong> SeedOption = Number("--seed", "Chooses the first weights, the order of the images, and the synthetic digits. The same seed gives the same losses.", 0UL, 0UL, ulong.MaxValue, "a whole number from 0 up");

    private static readonly Option<string> DeviceOption = new("--device")
    {
        Description = "auto, or one of those that the command 'devices' lists.",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => "auto",
    };

    private static readonly Option<int?> ThreadsOption = new("--threads")
    {
        Description = "Threads of the CPU; the losses do not depend on it. Left out: one for each core.",
        HelpName = "N",
        CustomParser = result => ParseNumber("--threads", result, 1, 1024, "a whole number from 1 to 1024"),
    };

    private static readonly Option<string?> OutOption = new("--out")
    {
        Description = "The folder for the results; made if need be. Left out: a new one in 'runs', named after data set and time.",
        HelpName = "DIR",
    };

    private static readonly Option<int> CheckpointEveryOption = Number("--checkpoint-every", "Epochs from one checkpoint to the next; 0: none. Beside the checkpoint the best model is kept. The losses do not depend on it.", 1, 0, int.MaxValue, "a whole number from 0 up");

    private static readonly Option<string?> ResumeOption = new("--resume")
    {
        Description = "A checkpoint, or the folder of a run, to go on from. Data, settings and --out are those of the run; --epochs may be raised.",
        HelpName = "PATH",
    };

    public static void AddTo(Command command)
    {
        Option[] options = [DatasetOption, DataOption, EpochsOption, BatchSizeOption, LearningRateOption, BottleneckOption, SeedOption, DeviceOption, ThreadsOption, OutOption, CheckpointEveryOption, ResumeOption];
        foreach (var option in options)
        {
            command.Add(option);
        }

        DatasetOption.Validators.Add(RefuseUnknownDataset);
        DataOption.Validators.Add(RefuseEmpty);
        OutOption.Validators.Add(RefuseEmpty);
        ResumeOption.Validators.Add(RefuseEmpty);
    }

    /// <exception cref="BadInputException">The checkpoint cannot be opened, or does not say which data to use.</exception>
    /// <exception cref="Nn.StateFileException">The checkpoint cannot be used.</exception>
    public static TrainOptions Read(ParseResult parsed)
    {
        var resume = parsed.GetValue(ResumeOption) is { } path ? StateFile.Read(ResumeOption.Name, path, Checkpoint.Read) : null;
        var before = resume?.History.Options ?? Defaults;
        return new(
            parsed.GetValue(DatasetOption) ?? (resume is null || parsed.GetValue(DataOption) is not null ? null : DatasetOf(resume)),
            parsed.GetValue(DataOption),
            new()
            {
                Epochs = Get(parsed, EpochsOption, before.Epochs),
                BatchSize = Get(parsed, BatchSizeOption, before.BatchSize),
                LearningRate = Get(parsed, LearningRateOption, before.LearningRate),
                Bottleneck = Get(parsed, BottleneckOption, before.Bottleneck),
            },
            Get(parsed, SeedOption, resume?.History.Seed ?? 0),
            parsed.GetValue(DeviceOption)!,
            parsed.GetValue(ThreadsOption),
            parsed.GetValue(OutOption) ?? (resume is null ? null : Path.GetDirectoryName(Path.GetFullPath(resume.Path))),
            parsed.GetValue(CheckpointEveryOption),
            resume);
    }

    // What the user gave, or what the checkpoint says.
    private static T Get<T>(ParseResult parsed, Option<T> option, T otherwise) =>
        parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option)! : otherwise;

    private static string DatasetOf(Checkpoint resume)
    {
        string name = resume.History.Dataset;
        return name == DataSource.Synthetic || KnownDataset.All.Any(known => known.Name == name)
            ? name
            : throw new BadInputException($"--resume: '{resume.Path}' was trained on images of a folder, not of a known data set. Give the folder with --data DIR.");
    }

    private static void RefuseUnknownDataset(OptionResult result)
    {
        string[] names = [.. KnownDataset.All.Select(known => known.Name), DataSource.Synthetic];
        string given = result.GetValueOrDefault<string?>() ?? "";
        if (!names.Contains(given))
        {
            result.AddError($"--dataset {given}: expected one of {string.Join(", ", names)}. For files of your own give --data DIR.");
        }
    }

    private static void RefuseEmpty(OptionResult result)
    {
        if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string?>()))
        {
            result.AddError($"{result.Option.Name}: expected a name, but it is empty.");
        }
    }

    public static Option<T> Number<T>(string name, string description, T byDefault, T least, T most, string expected)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => byDefault,
            CustomParser = result => ParseNumber(name, result, least, most, expected),
        };

    private static T ParseNumber<T>(string name, ArgumentResult result, T least, T most, string expected)
        where T : struct, INumber<T>
    {
        string given = result.Tokens[0].Value;
        // NaN fails both comparisons.
        if (T.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out T value) && value >= least && value <= most)
        {
            return value;
        }

        result.AddError($"{name} {given}: expected {expected}.");
        return default;
    }
}
