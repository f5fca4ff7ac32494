using System.CommandLine;
using System.Globalization;
using Quern.Mnist;
using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Training;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.MnistAutoencoder.Commands;

/// <summary>Trains the plain autoencoder and others that differ from it in one thing each, with several seeds, and writes a table of what each brings.</summary>
internal static class AblationCommand
{
    private const int BatchSize = 1000;

    private static readonly ImageNoise Noise = new(NoiseKind.Gaussian, 0.3);

    private static readonly (string Name, RunOptions Options)[] Variants =
    [
        ("plain", new()),
        ("Kaiming weights", new() { Network = new() { Initializer = WeightInitializer.Kaiming } }),
        ("batch norm", new() { Network = new() { BatchNorm = true } }),
        ("dropout 0.1", new() { Network = new() { Dropout = 0.1 } }),
        ("tanh code", new() { Network = new() { CodeActivation = CodeActivation.Tanh } }),
        ("convolutions", new() { Model = ModelKind.Conv }),
        ("variational", new() { Model = ModelKind.Vae }),
        ($"denoising {Noise}", new() { Training = new() { Denoise = Noise } }),
    ];

    private static readonly Option<int> Epochs = TrainOptions.Number("--epochs", "How often each goes through the training images.", 12, 1, RunOptions.MaxEpochs, $"a whole number from 1 to {RunOptions.MaxEpochs}");

    private static readonly Option<int> Seeds = TrainOptions.Number("--seeds", "How many seeds, from 0 up. Two or more have a spread.", 3, 1, 1000, "a whole number from 1 to 1000");

    public static Command Create()
    {
        var command = new Command("ablation", "Train variants of the autoencoder that differ in one thing each, and write a table of what each brings.") { TrainOptions.DatasetOption, TrainOptions.DataOption, Epochs, Seeds };
        command.SetAction(parsed =>
        {
            using StopSignal stop = new();
            var data = new ImageChoice(parsed.GetValue(TrainOptions.DatasetOption), parsed.GetValue(TrainOptions.DataOption)).Load(seed: 0, cancellationToken: stop.Token);
            int epochs = parsed.GetValue(Epochs), seeds = parsed.GetValue(Seeds);
            Console.WriteLine(PrintableText.OnOneLine(data.Origin));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{epochs} epochs, {seeds} seeds; each figure is the mean and the standard deviation over the seeds.\n"));
            Console.WriteLine("| network | error | beside plain | error on noisy images | linear probe | seconds an epoch |");
            Console.WriteLine("|---|---:|---:|---:|---:|---:|");
            try
            {
                double? plain = null;
                foreach (var (name, options) in Variants)
                {
                    Measured[] runs = [.. Enumerable.Range(0, seeds).Select(seed => Train(options with { Training = options.Training with { Epochs = epochs } }, data, (ulong)seed, stop.Token))];
                    double error = runs.Average(run => run.Error);
                    plain ??= error;
                    Console.WriteLine(string.Join(" | ",
                    [
                        $"| {name}",
                        Figure(runs, run => run.Error, "0.00000"),
                        ((error / plain.Value) - 1).ToString("+0.0%;\u22120.0%;0.0%", CultureInfo.InvariantCulture),
                        Figure(runs, run => run.NoisyError, "0.00000"),
                        runs.All(run => run.Probe is not null) ? Figure(runs, run => run.Probe!.Value, "0.0%") : "\u2013",
                        Figure(runs, run => run.Seconds, "0.0") + " |",
                    ]));
                }
            }
            catch (OperationCanceledException)
            {
                return stop.ExitCode;
            }

            Console.WriteLine($"\nThe error is the mean squared one of a pixel between reconstructions and validation images, as they are and under noise of {Noise}.");
            return CommandLine.Done;
        });
        return command;
    }

    private static Measured Train(RunOptions options, DataSplits data, ulong seed, CancellationToken stop)
    {
        TrainingRun run = new(data, Device.Cpu, options, seed);
        while (!run.IsFinished)
        {
            run.TrainEpoch(cancellationToken: stop);
        }

        // The loss of some is another one; all are measured by the same here.
        run.Model.Eval();
        MseLoss loss = new();
        double error = 0, noisyError = 0;
        Generator noise = new(seed);
        var images = data.Validation;
        for (int first = 0; first < images.Count; first += BatchSize)
        {
            stop.ThrowIfCancellationRequested();
            var batch = images.ToTensor(first, Math.Min(BatchSize, images.Count - first));
            double share = (double)batch.Shape[0] / images.Count;
            error += share * loss.Evaluate(run.Model.Forward(batch), batch).Item();
            noisyError += share * loss.Evaluate(run.Model.Forward(Noise.AddTo(batch, noise)), batch).Item();
        }

        return new(error, noisyError, LinearProbe.Accuracy(run.Model, data), run.History.Epochs.Average(epoch => epoch.Seconds));
    }

    // Mean and standard deviation (of the sample, over n - 1).
    private static string Figure(Measured[] runs, Func<Measured, double> of, string format)
    {
        double mean = runs.Average(of);
        string text = mean.ToString(format, CultureInfo.InvariantCulture);
        return runs.Length == 1
            ? text
            : $"{text} \u00b1 {Math.Sqrt(runs.Sum(run => Math.Pow(of(run) - mean, 2)) / (runs.Length - 1)).ToString(format, CultureInfo.InvariantCulture)}";
    }

    private sealed record Measured(double Error, double NoisyError, double? Probe, double Seconds);
}
