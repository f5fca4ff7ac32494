using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Quern.Mnist;
using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Training;

namespace Quern.MnistAutoencoder;

/// <summary>What to train, as the command line gives it. Every value lies within its range.</summary>
internal sealed record TrainOptions(ImageChoice Images, RunOptions Run, ulong Seed, string Device, int? Threads, string? Out, bool Overwrite, int CheckpointEvery, bool TensorBoard, int? Serve, Checkpoint? Resume, bool Distributed)
{
    private const int DefaultPort = 6080;

    private static readonly RunOptions Defaults = new();

    public static readonly Option<string?> DatasetOption = new("--dataset")
    {
        Description = "mnist, fashion-mnist or synthetic. Left out: MNIST, or synthetic digits where it cannot be had. Named: that one or an error.",
        HelpName = "NAME",
    };

    public static readonly Option<string?> DataOption = new("--data")
    {
        Description = "A folder with the four IDX files of a set of 28x28 images, gzipped or not; or with pictures (PNG, JPEG, BMP, GIF), in a folder for each label or all together. Nothing is downloaded.",
        HelpName = "DIR",
    };

    public static readonly Option<bool> TransposeOption = new("--transpose-images") { Description = "Exchange rows and columns of the images in --data, as EMNIST's files need it." };

    public static readonly Option<Ink> InkOption = Choice("--ink", "Whether the pictures in --data show dark ink on light paper or light on dark; auto finds out for each of them.", Ink.Auto);

    private static readonly Option<int> EpochsOption = Number("--epochs", "How often to go through the training images.", Defaults.Training.Epochs, 1, RunOptions.MaxEpochs, $"a whole number from 1 to {RunOptions.MaxEpochs}");

    private static readonly Option<int> BatchSizeOption = Number("--batch-size", "Images per step.", Defaults.Training.BatchSize, 1, 1 << 20, "a whole number from 1 to 1048576");

    private static readonly Option<ModelKind> ModelOption = Choice("--model", "mlp: fully connected layers. conv: convolutions, with less error. vae: a variational autoencoder, which also draws digits of its own.", Defaults.Model);

    private static readonly Option<double> LearningRateOption = Number("--lr", "Step size of Adam.", Defaults.Training.LearningRate, double.Epsilon, float.MaxValue, "a number above 0, such as 0.001");

    private static readonly Option<int> BottleneckOption = Number("--bottleneck", "Numbers that an image is squeezed into.", Defaults.Network.Bottleneck, 1, 4096, "a whole number from 1 to 4096");

    private static readonly Option<CodeActivation> CodeActivationOption = Choice("--bottleneck-activation", "tanh keeps the numbers of the code between -1 and 1. Not for vae.", Defaults.Network.CodeActivation);

    private static readonly Option<WeightInitializer> InitializerOption = Choice("--init", "The first weights. kaiming suits ReLU, glorot is the milder one.", Defaults.Network.Initializer);

    private static readonly Option<bool> BatchNormOption = new("--batch-norm") { Description = "Normalise each hidden layer over the batch." };

    private static readonly Option<double> DropoutOption = Number("--dropout", "The dropout probability of hidden layers in training.", Defaults.Network.Dropout, 0.0, Math.BitDecrement(1.0), "a number from 0 to less than 1, such as 0.1");

    private static readonly Option<ImageNoise?> DenoiseOption = Noise("Show the network noisy images and have it draw the clean ones: gaussian:0.3 (standard deviation), masking:0.25 (share of pixels set to 0) or salt-pepper:0.2 (share of pixels set to 0 or 1).");

    private static readonly Option<double?> BetaOption = new("--beta")
    {
        Description = "For vae: the weight of the divergence in the loss. Less than 1 for sharper reconstructions, more for a smoother code. Left out: 1.",
        HelpName = "N",
        CustomParser = result => ParseNumber("--beta", result, 0.0, float.MaxValue, "a number from 0 up, such as 1"),
    };

    private static readonly Option<LearningRateSchedule> ScheduleOption = Choice("--schedule", "How the step size changes. step: halved after every 4 epochs. cosine: falls to 0 over the run. warmup-cosine: rises first, over a twentieth of the run.", Defaults.Training.Schedule);

    private static readonly Option<double> WeightDecayOption = Number("--weight-decay", "Above 0, train with AdamW and this decay, such as 0.01.", Defaults.Training.WeightDecay, 0.0, float.MaxValue, "a number from 0 up, such as 0.01");

    private static readonly Option<double?> ClipOption = new("--clip")
    {
        Description = "Scale the gradients down where their norm is above this, such as 1. Left out: never.",
        HelpName = "N",
        CustomParser = result => ParseNumber("--clip", result, 1e-30, float.MaxValue, "a number above 0, such as 1"),
    };

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

    private static readonly Option<bool> OverwriteOption = new("--overwrite") { Description = "Replace the run that --out holds. Its files are deleted when the first of this run are written." };

    private static readonly Option<int> CheckpointEveryOption = Number("--checkpoint-every", "Epochs from one checkpoint to the next; 0: none. Beside the checkpoint the best model is kept. The losses do not depend on it.", 1, 0, int.MaxValue, "a whole number from 0 up");

    private static readonly Option<int?> PatienceOption = new("--patience")
    {
        Description = "End before --epochs when so many epochs brought no lower validation loss. Left out: never.",
        HelpName = "N",
        CustomParser = result => ParseNumber("--patience", result, 1, RunOptions.MaxEpochs, $"a whole number from 1 to {RunOptions.MaxEpochs}"),
    };

    private static readonly Option<bool> TensorBoardOption = new("--tensorboard") { Description = "Write the curves for TensorBoard too, into the folder of the results." };

    private static readonly Option<int?> ServeOption = new("--serve")
    {
        Description = $"Show the report in a browser on this machine while training, at a port of your choice; 0: any that is free. [default: {DefaultPort}]",
        HelpName = "PORT",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result => result.Tokens.Count == 0 ? DefaultPort : ParseNumber("--serve", result, 0, ushort.MaxValue, $"a port from 0 to {ushort.MaxValue}"),
    };

    private static readonly Option<string?> ResumeOption = new("--resume")
    {
        Description = "A checkpoint, or the folder of a run, to go on from. Data, settings, device and --out are those of the run; --epochs may be raised, and --patience changed.",
        HelpName = "PATH",
    };

    private static readonly Option<bool> DistributedOption = new("--distributed")
    {
        Description = "Train in all processes that mpirun has started, each on its part of every batch: mpirun.mpich -n 4 dotnet MnistAutoencoder.dll --distributed. Process 0 writes the results.",
    };

    public static void AddTo(Command command)
    {
        Option[] options =
        [
            DatasetOption, DataOption, TransposeOption, InkOption, ModelOption, EpochsOption, BatchSizeOption, LearningRateOption, BottleneckOption, CodeActivationOption, InitializerOption, BatchNormOption, DropoutOption,
            DenoiseOption, BetaOption, ScheduleOption, WeightDecayOption, ClipOption, SeedOption, DeviceOption, ThreadsOption, OutOption, OverwriteOption, CheckpointEveryOption, PatienceOption, TensorBoardOption, ServeOption, ResumeOption, DistributedOption,
        ];
        foreach (var option in options)
        {
            command.Add(option);
        }

        DatasetOption.Validators.Add(RefuseUnknownDataset);
        DataOption.Validators.Add(RefuseEmpty);
        OutOption.Validators.Add(RefuseEmpty);
        ResumeOption.Validators.Add(RefuseEmpty);
    }

    /// <exception cref="BadInputException">The checkpoint cannot be opened, or does not say which data to use; or two options do not go together.</exception>
    /// <exception cref="Nn.StateFileException">The checkpoint cannot be used.</exception>
    public static TrainOptions Read(ParseResult parsed)
    {
        var resume = parsed.GetValue(ResumeOption) is { } path ? StateFile.Read(ResumeOption.Name, path, Checkpoint.Read) : null;
        var before = resume?.History.Options ?? Defaults;
        RunOptions run = new()
        {
            Model = Get(parsed, ModelOption, before.Model),
            Network = before.Network with
            {
                Bottleneck = Get(parsed, BottleneckOption, before.Network.Bottleneck),
                Initializer = Get(parsed, InitializerOption, before.Network.Initializer),
                BatchNorm = Get(parsed, BatchNormOption, before.Network.BatchNorm),
                Dropout = Get(parsed, DropoutOption, before.Network.Dropout),
                CodeActivation = Get(parsed, CodeActivationOption, before.Network.CodeActivation),
                Beta = parsed.GetValue(BetaOption) ?? before.Network.Beta,
            },
            Training = before.Training with
            {
                Epochs = Get(parsed, EpochsOption, before.Training.Epochs),
                BatchSize = Get(parsed, BatchSizeOption, before.Training.BatchSize),
                LearningRate = Get(parsed, LearningRateOption, before.Training.LearningRate),
                Denoise = Get(parsed, DenoiseOption, before.Training.Denoise),
                Schedule = Get(parsed, ScheduleOption, before.Training.Schedule),
                WeightDecay = Get(parsed, WeightDecayOption, before.Training.WeightDecay),
                Clip = Get(parsed, ClipOption, before.Training.Clip),
                Patience = Get(parsed, PatienceOption, before.Training.Patience),
            },
        };
        RefuseContradictions(run, parsed.GetValue(BetaOption));
        int? threads = parsed.GetValue(ThreadsOption);
        return new(
            ImagesOf(parsed, resume),
            run,
            Get(parsed, SeedOption, resume?.History.Seed ?? 0),
            Get(parsed, DeviceOption, threads is null && resume is not null ? resume.History.Device : "auto"),
            threads,
            parsed.GetValue(OutOption) ?? (resume is null ? null : Path.GetDirectoryName(Path.GetFullPath(resume.Path))),
            parsed.GetValue(OverwriteOption),
            parsed.GetValue(CheckpointEveryOption),
            parsed.GetValue(TensorBoardOption),
            parsed.GetResult(ServeOption) is { Implicit: false } ? parsed.GetValue(ServeOption) : null,
            resume,
            parsed.GetValue(DistributedOption));
    }

    private static ImageChoice ImagesOf(ParseResult parsed, Checkpoint? resume)
    {
        if (parsed.GetValue(DatasetOption) is not null || parsed.GetValue(DataOption) is not null || resume is null)
        {
            return GivenImages(parsed, new(null, null));
        }

        var history = resume.History;
        return GivenImages(
            parsed,
            ImageChoice.OfRun(history.Dataset, history.Data, history.TransposeImages, history.Ink)
                ?? throw new BadInputException($"--resume: '{resume.Path}' was trained on images of a folder, and does not say which. Give it with --data DIR."));
    }

    /// <summary>What the user gave, and for the rest what is known otherwise.</summary>
    public static ImageChoice GivenImages(ParseResult parsed, ImageChoice otherwise) => new(
        parsed.GetValue(DatasetOption) ?? otherwise.Dataset,
        parsed.GetValue(DataOption) ?? otherwise.Data,
        Get(parsed, TransposeOption, otherwise.TransposeImages),
        Get(parsed, InkOption, otherwise.Ink));

    // What the user gave, or what the checkpoint says.
    private static T Get<T>(ParseResult parsed, Option<T> option, T otherwise) =>
        parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option)! : otherwise;

    private static void RefuseContradictions(RunOptions run, double? givenBeta)
    {
        if (givenBeta is { } beta && run.Model != ModelKind.Vae)
        {
            throw new BadInputException(string.Create(
                CultureInfo.InvariantCulture, $"--beta {beta}: {Names.Of(run.Model)} has no divergence to weigh. Train --model vae, or leave --beta out."));
        }

        if (run.Network.CodeActivation != CodeActivation.None && run.Model == ModelKind.Vae)
        {
            throw new BadInputException(
                $"--bottleneck-activation {Names.Of(run.Network.CodeActivation)}: the code of a vae is a normal distribution and has no bounds. Leave it out, or use --model mlp or conv.");
        }

        if (run.Network.BatchNorm && run.Training.BatchSize == 1)
        {
            throw new BadInputException("--batch-norm takes a variance over the batch, and --batch-size is 1. Use a batch size of at least 2.");
        }
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

    private static Option<T> Choice<T>(string name, string description, T byDefault)
        where T : struct, Enum
    {
        string names = string.Join('|', Names.All<T>());
        return new(name)
        {
            // The library would show the default by the name of the member.
            Description = $"{description} [default: {Names.Of(byDefault)}]",
            HelpName = names,
            CustomParser = result =>
            {
                if (!Names.TryParse(result.Tokens[0].Value, out T choice))
                {
                    result.AddError($"{name} {result.Tokens[0].Value}: expected one of {string.Join(", ", Names.All<T>())}.");
                }

                return choice;
            },
        };
    }

    public static Option<ImageNoise?> Noise(string description) => new("--denoise")
    {
        Description = description,
        HelpName = "KIND:AMOUNT",
        CustomParser = ParseNoise,
    };

    private static ImageNoise? ParseNoise(ArgumentResult result)
    {
        string given = result.Tokens[0].Value;
        if (!ImageNoise.TryParse(given, out var noise))
        {
            result.AddError($"--denoise {given}: expected gaussian:0.3, masking:0.25 or salt-pepper:0.2, with an amount above 0 (a share is at most 1, a deviation at most 10).");
        }

        return noise;
    }

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
