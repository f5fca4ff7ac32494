using System.Diagnostics;
using System.Globalization;
using ILGPU.Runtime;
using Quern.Ilgpu;
using Quern.Kernels;
using Quern.Kernels.OpenCl;
using Quern.Mnist.Models;
using Quern.Nn;
using Quern.Tensors;
using Device = Quern.Tensors.Device;

namespace Quern.Benchmarks.Verify;

/// <summary>Trains each model on the processor and on a device, from the same first weights with the same batch, and times the device's steps.</summary>
internal static class Training
{
    // Differences of rounding grow from step to step.
    private const double Tolerance = 1e-4;
    private const int WarmUpSteps = 20;
    private const int Turns = 10;
    private const int StepsOfTurn = 10;

    /// <summary>Prints a table; false where losses differ by more than rounding.</summary>
    public static bool Run(Device device)
    {
        // ILGPU's processor is a debugger: a step of a full batch would take minutes.
        bool isDebugger = device.Name.StartsWith("ilgpu-cpu", StringComparison.Ordinal);
        ModelKind[] kinds = isDebugger ? [ModelKind.Mlp] : [ModelKind.Mlp, ModelKind.Conv, ModelKind.Vae];
        (int batch, int steps) = isDebugger ? (4, 2) : (128, 20);

        Console.WriteLine("\n| model | batch | steps | largest relative difference of a step's loss to `cpu` | launches a step | median ms a step |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|");
        bool agree = true;
        foreach (ModelKind kind in kinds)
        {
            using LaunchCounter counter = new(Open(device));
            Session expected = new(kind, Device.Cpu, batch);
            Session actual = new(kind, new GpuDevice(counter), batch);
            double difference = 0;
            int launches = 0;
            for (int step = 0; step < steps; step++)
            {
                float loss = expected.Step().Item();
                int before = counter.Launches;
                Tensor found = actual.Step();
                launches = counter.Launches - before;
                difference = Math.Max(difference, Math.Abs(found.Item() - loss) / loss);
            }

            bool close = difference <= Tolerance;
            agree &= close;
            string time = isDebugger ? "not timed" : MedianMilliseconds(actual).ToString("0.00", CultureInfo.InvariantCulture);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {kind} | {batch} | {steps} | {difference:0.0e+0}{(close ? "" : " **too large**")} | {launches} | {time} |"));
        }

        return agree;
    }

    // Several steps at a time, as a trainer gives them: it does not wait for each.
    private static double MedianMilliseconds(Session session)
    {
        Repeat(WarmUpSteps);
        double[] times = [.. Enumerable.Range(0, Turns).Select(_ => Repeat(StepsOfTurn) / StepsOfTurn).Order()];
        return times[times.Length / 2];

        double Repeat(int steps)
        {
            session.Device.Wait();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < steps; i++)
            {
                session.Step();
            }

            session.Device.Wait();
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
    }

    private static GpuDriver Open(Device device)
    {
        string[] parts = device.Name.Split(':');
        int number = int.Parse(parts[1], CultureInfo.InvariantCulture);
        return parts[0] switch
        {
            "opencl" => OpenClDriver.Open(number),
            "cuda" => IlgpuDriver.Open(AcceleratorType.Cuda, number),
            "ilgpu-opencl" => IlgpuDriver.Open(AcceleratorType.OpenCL, number),
            _ => IlgpuDriver.Open(AcceleratorType.CPU, number),
        };
    }

    private sealed class Session
    {
        private readonly ImageAutoencoder _model;
        private readonly Adam _optimizer;
        private readonly Tensor _batch;

        public Session(ModelKind kind, Device device, int batch)
        {
            Device = device;
            _model = ImageAutoencoder.Create(kind, new Generator(3), device: device);
            _optimizer = new Adam(_model.Parameters);
            _batch = Tensor.Random([batch, ImageAutoencoder.Pixels], new Generator(5)).To(device);
        }

        public Device Device { get; }

        public Tensor Step()
        {
            Tensor loss = _model.ForwardLoss(_batch, _batch);
            _optimizer.ZeroGradient();
            _model.BackwardLoss();
            _optimizer.Step();
            return loss;
        }
    }
}
