using Quern.Mnist.Data;
using Quern.Mnist.Training;
using Quern.MnistAutoencoder.Display;
using Quern.Tensors;

namespace Quern.MnistAutoencoder;

/// <summary>Finds the data, trains, and writes the results.</summary>
internal static class TrainCommand
{
    public static int Run(TrainOptions options)
    {
        var device = ChooseDevice(options);
        OutputFolder.CheckWritable(options.Out ?? "runs");
        using var stop = new StopSignal();
        var display = RunDisplay.ForThisConsole();

        TrainingRun run;
        string folder;
        try
        {
            var data = display.Load(progress =>
                new DataSource().ResolveAsync(options.Dataset, options.Data, options.Seed, progress, stop.Token).GetAwaiter().GetResult());
            if (options.Run.BatchNorm && data.Train.Count % options.Run.BatchSize == 1)
            {
                throw new BadInputException(
                    $"--batch-norm takes a variance over the batch, and {data.Train.Count} images in batches of {options.Run.BatchSize} leave one alone. Choose another --batch-size.");
            }

            folder = OutputFolder.Choose(options.Out, data.Name);
            run = new TrainingRun(data, device, options.Run, options.Seed);
            if (options.Resume is { } checkpoint)
            {
                run.Resume(checkpoint);
            }

            display.Say(data.Origin);
            display.Say($"{data.Train.Count:N0} images to train on, {data.Validation.Count:N0} to validate on. Device {device.Name}: {device.Description}.");
            if (options.Resume is not null)
            {
                display.Say($"Going on after epoch {run.History.Epochs.Count} of '{options.Resume.Path}'.");
            }
        }
        catch (OperationCanceledException)
        {
            return stop.ExitCode;
        }

        try
        {
            while (run.History.Epochs.Count < options.Run.Epochs)
            {
                display.EpochDone(display.Train(progress => run.TrainEpoch(progress, stop.Token)), options.Run.Epochs);
                if (options.CheckpointEvery > 0)
                {
                    run.KeepCheckpoint(folder, options.CheckpointEvery);
                }
            }
        }
        catch (OperationCanceledException)
        {
            display.Say($"Stopped after {run.History.Epochs.Count} of {options.Run.Epochs} epochs.");
        }
        catch (TrainingDivergedException error)
        {
            return CommandLine.Fail(CommandLine.Failed, error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return CommandLine.Fail(CommandLine.Failed, $"The checkpoint cannot be written to '{folder}': {error.Message} An older one is still whole; --checkpoint-every 0 does without.");
        }

        try
        {
            var files = run.WriteFiles(folder);
            display.Say($"Written to {folder}: {string.Join(", ", files)}.");
            return stop.ExitCode;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return CommandLine.Fail(CommandLine.Failed, $"The results cannot be written to '{folder}': {error.Message}");
        }
    }

    private static Device ChooseDevice(TrainOptions options)
    {
        // Threads are asked for on the CPU, so that is also what auto means then.
        if (options.Threads is { } threads)
        {
            return options.Device.ToLowerInvariant() is "auto" or "cpu"
                ? new CpuDevice(threads)
                : throw new BadInputException($"--threads is for the CPU, but --device is {options.Device}. Leave one of them out.");
        }

        return Device.Parse(options.Device);
    }
}
