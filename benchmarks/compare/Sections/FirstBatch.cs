using System.Diagnostics;
using System.Globalization;
using Quern.Mnist.Models;
using Quern.Mnist.Training;
using Quern.Tensors;

namespace Quern.Benchmarks.Compare.Sections;

/// <summary>What a program does up to its first trained batch: reads the data, makes the network and the trainer, trains.</summary>
internal static class FirstBatch
{
    public static int Run(CompareOptions options)
    {
        using var stop = new CancellationTokenSource();
        using var device = new CpuDevice(options.Threads);
        var trainer = new AutoencoderTrainer(
            new Autoencoder(new Generator(0), device: device), Comparison.LoadData(options.Data), new TrainerOptions { BatchSize = options.BatchSize });
        try
        {
            trainer.TrainEpoch(_ => stop.Cancel(), stop.Token);
        }
        catch (OperationCanceledException)
        {
            using Process self = Process.GetCurrentProcess();
            Console.WriteLine((DateTime.Now - self.StartTime).TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture));
        }

        return 0;
    }
}
