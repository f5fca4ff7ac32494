using Quern.Mnist.Report;
using Quern.Mnist.Training;
using Quern.MnistAutoencoder.Display;
using Quern.MnistAutoencoder.Serving;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.MnistAutoencoder;

/// <summary>Finds the data, trains, and writes the results.</summary>
internal static class TrainCommand
{
    public static int Run(TrainOptions options)
    {
        var device = ChooseDevice(options);
        OutputFolder.Check(options);
        using var stop = new StopSignal();
        var display = RunDisplay.ForThisConsole();
        TrainingRun run;
        OutputFolder folder;
        try
        {
            var data = display.Load(progress => options.Images.Load(options.Seed, progress, stop.Token));
            if (options.Run.Network.BatchNorm && data.Train.Count % options.Run.Training.BatchSize == 1)
            {
                throw new BadInputException(
                    $"--batch-norm takes a variance over the batch, and {data.Train.Count} images in batches of {options.Run.Training.BatchSize} leave one alone. Choose another --batch-size.");
            }

            folder = OutputFolder.Choose(options, data.Name);
            run = new TrainingRun(data, device, options.Run, options.Seed);
            if (options.Resume is { } checkpoint)
            {
                run.Resume(checkpoint);
            }

            display.Begin(run, data, device);
            if (options.Resume is not null)
            {
                display.Say($"Going on after epoch {run.History.Epochs.Count} of '{options.Resume.Path}'.");
            }
        }
        catch (OperationCanceledException)
        {
            return stop.ExitCode;
        }

        var live = options.Serve is null ? null : new LivePage(run);
        using var server = live is null ? null : new LoopbackServer(options.Serve!.Value, live.ToHtml);
        if (server is not null)
        {
            display.Say($"While the run goes on, its report is at {server.Address}");
        }

        int result = CommandLine.Done;
        bool isCheckpoint = false;
        try
        {
            using var curves = new Curves(run, folder.Path);
            while (!run.IsFinished)
            {
                display.EpochDone(display.Train(progress => run.TrainEpoch(live is null ? progress : live.Report + progress, stop.Token)));
                live?.EpochDone();
                if (options.CheckpointEvery > 0)
                {
                    isCheckpoint = true;
                    folder.Begin();
                    run.KeepCheckpoint(folder.Path, options.CheckpointEvery);
                    folder.KeepPermissions();
                    isCheckpoint = false;
                }

                if (options.TensorBoard)
                {
                    folder.Begin();
                    curves.AddLastEpoch();
                }
            }
        }
        catch (OperationCanceledException)
        {
            display.Say(run.History.Epochs.Count == 0
                ? "Stopped before the first epoch ended: nothing was learned, and nothing is written."
                : $"Stopped after {run.History.Epochs.Count} of {options.Run.Training.Epochs} epochs.");
        }
        catch (TrainingDivergedException error)
        {
            result = CommandLine.Fail(CommandLine.Failed, error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return CommandLine.Fail(CommandLine.Failed, isCheckpoint
                ? $"The checkpoint cannot be written to '{folder.Path}': {error.Message} An older one is still whole; --checkpoint-every 0 does without."
                : $"The curves for TensorBoard cannot be written to '{folder.Path}': {error.Message} Without --tensorboard there are none.");
        }

        if (result == CommandLine.Done && !stop.Token.IsCancellationRequested && run.History.Epochs.Count < options.Run.Training.Epochs)
        {
            display.Say($"Ended after {run.History.Epochs.Count} of {options.Run.Training.Epochs} epochs: the last {options.Run.Training.Patience} brought no lower validation loss.");
        }

        return Finish(run, folder, options, display) is var written and not CommandLine.Done ? written
            : result == CommandLine.Done ? stop.ExitCode
            : result;
    }

    // Writes what the last whole epoch left; nothing if there was none.
    private static int Finish(TrainingRun run, OutputFolder folder, TrainOptions options, RunDisplay display)
    {
        if (run.History.Epochs.Count == 0)
        {
            return CommandLine.Done;
        }

        try
        {
            folder.Begin();
            var files = display.Wait("Measuring the model and writing the report", () => RunFiles.Write(run, folder.Path));
            folder.KeepPermissions();
            display.Done(run, folder.Path, [.. files, .. options.CheckpointEvery > 0 ? (string[])[TrainingRun.BestFileName, Checkpoint.FileName] : [], .. options.TensorBoard ? SummaryWriter.FilesIn(folder.Path).Select(file => Path.GetFileName(file)) : []]);
            return CommandLine.Done;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return CommandLine.Fail(CommandLine.Failed, $"The results cannot be written to '{folder.Path}': {error.Message}");
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

        try
        {
            return Device.Parse(options.Device);
        }
        catch (DeviceException error) when (options.Resume?.History.Device == options.Device)
        {
            throw new BadInputException($"--resume: the run was trained on {options.Device}. {error.Message} Give another with --device.");
        }
    }

    /// <summary>The curves of a run for TensorBoard, in a file that is made for the first epoch.</summary>
    private sealed class Curves(TrainingRun run, string folder) : IDisposable
    {
        private SummaryWriter? _writer;

        public void AddLastEpoch()
        {
            // Where there are no curves yet, those of the epochs before are drawn as well.
            IReadOnlyList<EpochResult> epochs = run.History.Epochs;
            int first = _writer is not null || SummaryWriter.FilesIn(folder).Count > 0 ? epochs.Count - 1 : 0;
            _writer ??= new SummaryWriter(folder);
            for (int i = first; i < epochs.Count; i++)
            {
                EpochLog.Add(_writer, epochs[i]);
            }
        }

        public void Dispose() => _writer?.Dispose();
    }
}
