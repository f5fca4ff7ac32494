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
    public static int Run(TrainOptions options) => options.Distributed ? Processes.Run(group => Train(options, group)) : Train(options, group: null);

    // In this process alone, or as one of several that do the same.
    private static int Train(TrainOptions options, ProcessGroup? group)
    {
        var device = ChooseDevice(options, group);
        if (group.IsFirst())
        {
            OutputFolder.Check(options);
        }

        using var stop = new StopSignal();
        var display = RunDisplay.ForThisConsole();
        TrainingRun run;
        OutputFolder folder;
        try
        {
            var data = display.Load(progress => options.Images.Load(options.Seed, progress, stop.Token));
            RefuseSmallBatches(options, data.Train.Count, group?.Size ?? 1);

            folder = OutputFolder.Choose(options, data.Name);
            run = new TrainingRun(data, device, options.Run, options.Seed, group);
            if (options.Resume is { } checkpoint)
            {
                run.Resume(checkpoint);
            }

            display.Begin(run, data, device);
            if (group is not null)
            {
                display.Say(Describe(group, device));
            }

            if (options.Resume is not null)
            {
                display.Say($"Going on after epoch {run.History.Epochs.Count} of '{options.Resume.Path}'.");
            }
        }
        catch (OperationCanceledException)
        {
            return group.EndAll(stop.ExitCode);
        }

        var live = options.Serve is null || !group.IsFirst() ? null : new LivePage(run);
        using var server = live is null ? null : new LoopbackServer(options.Serve!.Value, live.ToHtml);
        if (server is not null)
        {
            display.Say($"While the run goes on, its report is at {server.Address}");
        }

        bool isStopped = false;
        int result = CommandLine.Done;
        bool isCheckpoint = false;
        try
        {
            using var curves = new Curves(run, folder.Path);
            while (!run.IsFinished)
            {
                display.EpochDone(display.Train(progress => run.TrainEpoch(live is null ? progress : live.Report + progress, stop.Token)));
                live?.EpochDone();
                if (!group.IsFirst())
                {
                    continue;
                }

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
            isStopped = true;
            display.Say(run.History.Epochs.Count == 0
                ? "Stopped before the first epoch ended: nothing was learned, and nothing is written."
                : $"Stopped after {run.History.Epochs.Count} of {options.Run.Training.Epochs} epochs.");
        }
        catch (TrainingDivergedException error)
        {
            // All processes have the same losses; one tells of it.
            result = group.IsFirst() ? CommandLine.Fail(CommandLine.Failed, error.Message) : CommandLine.Failed;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return group.EndAll(CommandLine.Fail(CommandLine.Failed, isCheckpoint
                ? $"The checkpoint cannot be written to '{folder.Path}': {error.Message} An older one is still whole; --checkpoint-every 0 does without."
                : $"The curves for TensorBoard cannot be written to '{folder.Path}': {error.Message} Without --tensorboard there are none."));
        }

        if (result == CommandLine.Done && !isStopped && run.History.Epochs.Count < options.Run.Training.Epochs)
        {
            display.Say($"Ended after {run.History.Epochs.Count} of {options.Run.Training.Epochs} epochs: the last {options.Run.Training.Patience} brought no lower validation loss.");
        }

        return group.IsFirst() && Finish(run, folder, options, display) is var written and not CommandLine.Done ? written
            : result == CommandLine.Done ? stop.ExitCode
            : result;
    }

    private static void RefuseSmallBatches(TrainOptions options, int images, int processes)
    {
        int batchSize = options.Run.Training.BatchSize;
        if (options.Run.Network.BatchNorm && AutoencoderTrainer.SmallestPart(images, batchSize, processes) < 2)
        {
            throw new BadInputException(processes == 1
                ? $"--batch-norm takes a variance over the batch, and {images} images in batches of {batchSize} leave one alone. Choose another --batch-size."
                : $"--batch-norm takes a variance over each process's part of the batch, and {images} images in batches of {batchSize} leave one of {processes} processes less than two. Choose another --batch-size.");
        }
    }

    private static string Describe(ProcessGroup group, Device device) =>
        $"{group.Size} {(group.Size == 1 ? "process" : "processes")}, {group.LocalSize} of them on this machine{(device is CpuDevice cpu ? $" with {cpu.ThreadCount} {(cpu.ThreadCount == 1 ? "thread" : "threads")} each" : "")}.";

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

    private static Device ChooseDevice(TrainOptions options, ProcessGroup? group)
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
            return group is null ? Device.Parse(options.Device) : DeviceOfProcess(options.Device, group);
        }
        catch (DeviceException error) when (options.Resume?.History.Device == options.Device)
        {
            throw new BadInputException($"--resume: the run was trained on {options.Device}. {error.Message} Give another with --device.");
        }
    }

    // Processes of one machine share its cores, and take its GPUs in turn.
    private static Device DeviceOfProcess(string name, ProcessGroup group)
    {
        var device = Device.Parse(name);
        if (device is CpuDevice)
        {
            return new CpuDevice(Math.Max(1, Environment.ProcessorCount / group.LocalSize));
        }

        if (name.Contains(':'))
        {
            return device;
        }

        Device[] alike = [.. Device.All.Where(other => KindOf(other) == KindOf(device))];
        return alike[group.LocalRank % alike.Length];

        static (string, string) KindOf(Device device) => (device.Name.Split(':')[0], device.Description);
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
