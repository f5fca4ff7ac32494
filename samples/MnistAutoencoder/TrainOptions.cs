using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Quern.Mnist.Data;
using Quern.Mnist.Training;

namespace Quern.MnistAutoencoder;

/// <summary>What to train, as the command line gives it. Every value lies within its range.</summary>
internal sealed record TrainOptions(string? Dataset, string? Data, RunOptions Run, ulong Seed, string Device, int? Threads, string? Out)
{
    private static readonly RunOptions Defaults = new();

    private static readonly Option<string?> DatasetOption = new("--dataset")
    {
        Description = "mnist, fashion-mnist or synthetic. Left out: MNIST, or synthetic digits where it cannot be had. Named: that one or an error.",
        HelpName = "NAME",
    };

    private static readonly Option<string?> DataOption = new("--data")
    {
        Description = "A folder with the four IDX files of a set of 28x28 images, gzipped or not. Nothing is downloaded.",
        HelpName = "DIR",
    };

    private static readonly Option<int> EpochsOption = Number("--epochs", "How often to go through the training images.", Defaults.Epochs, 1, int.MaxValue, "a whole number from 1 up");

    private static readonly Option<int> BatchSizeOption = Number("--batch-size", "Images per step.", Defaults.BatchSize, 1, 1 << 20, "a whole number from 1 to 1048576");

    private static readonly Option<double> LearningRateOption = Number("--lr", "Step size of Adam.", Defaults.LearningRate, double.Epsilon, float.MaxValue, "a number above 0, such as 0.001");

    private static readonly Option<int> BottleneckOption = Number("--bottleneck", "Numbers that an image is squeezed into.", Defaults.Bottleneck, 1, 4096, "a whole number from 1 to 4096");

    private static readonly Option<ulong> SeedOption = Number("--seed", "Chooses the first weights, the order of the images, and the synthetic digits. The same seed gives the same losses.", 0UL, 0UL, ulong.MaxValue, "a whole number from 0 up");

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

    public static void AddTo(Command command)
    {
        Option[] options = [DatasetOption, DataOption, EpochsOption, BatchSizeOption, LearningRateOption, BottleneckOption, SeedOption, DeviceOption, ThreadsOption, OutOption];
        foreach (var option in options)
        {
            command.Add(option);
        }

        DatasetOption.Validators.Add(RefuseUnknownDataset);
        DataOption.Validators.Add(RefuseEmpty);
        OutOption.Validators.Add(RefuseEmpty);
    }

    public static TrainOptions Read(ParseResult parsed) => new(
        parsed.GetValue(DatasetOption),
        parsed.GetValue(DataOption),
        new()
        {
            Epochs = parsed.GetValue(EpochsOption),
            BatchSize = parsed.GetValue(BatchSizeOption),
            LearningRate = parsed.GetValue(LearningRateOption),
            Bottleneck = parsed.GetValue(BottleneckOption),
        },
        parsed.GetValue(SeedOption),
        parsed.GetValue(DeviceOption)!,
        parsed.GetValue(ThreadsOption),
        parsed.GetValue(OutOption));

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
            result.AddError($"{result.Option.Name}: expected a folder, but the name is empty.");
        }
    }

    private static Option<T> Number<T>(string name, string description, T byDefault, T least, T most, string expected)
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
