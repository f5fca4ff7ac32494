using System.Diagnostics;
using Quern.Benchmarks.Compare.Measuring;
using Quern.Benchmarks.Compare.Peers;
using Quern.Nn;
using Quern.Onnx;
using Quern.Tensors;

namespace Quern.Benchmarks.Compare.Sections;

/// <summary>
/// A server: some threads ask one network in evaluation, each with inputs of its own, against ONNX Runtime on the same weights. A call keeps to its thread.
/// </summary>
internal static class InferenceSection
{
    private const int Inputs = 784;

    private static readonly int[] CallerCounts = [1, 2, 4];
    private static readonly int[] BatchSizes = [1, 32];
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    public static void Run(Comparison comparison)
    {
        using CpuDevice device = new(1);
        Generator generator = new(seed: 1);
        Sequential network = new(
            new Linear(Inputs, 256, generator, device: device), new Relu(), new Linear(256, 128, generator, device: device), new Relu(), new Linear(128, 10, generator, device: device));
        network.Eval();
        string folder = Directory.CreateTempSubdirectory("quern-inference-").FullName;
        try
        {
            string path = Path.Combine(folder, "network.onnx");
            network.ExportOnnx(path, [1, Inputs]);
            using OnnxRuntimeNetwork peer = new(path);
            var table = new MarkdownTable(
                comparison, $"Answers of {Inputs}-256-128-10 to several threads at once", "threads", "batch", "Quern, samples a second", "ONNX Runtime, samples a second", "Quern is faster by");
            int groupsLeft = CallerCounts.Length * BatchSizes.Length;
            foreach (int callers in CallerCounts)
            {
                foreach (int batch in BatchSizes)
                {
                    Measure(comparison, table, network, device, peer, callers, batch, comparison.ShareOf(groupsLeft--));
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(
        Comparison comparison, MarkdownTable table, Sequential network, Device device, OnnxRuntimeNetwork peer, int callers, int batch, TimeSpan limit)
    {
        float[][] inputs = [.. Enumerable.Range(0, callers).Select(caller => TensorNumbers.Make(batch * Inputs, caller + 1))];
        Func<float[]>[] quern = [.. inputs.Select(input => QuernCaller(network, Tensor.From(input, [batch, Inputs], device)))];
        Func<float[]>[] others = [.. inputs.Select(input => peer.Caller(input, batch))];
        for (int caller = 0; caller < callers; caller++)
        {
            CheckAgreement(quern[caller](), others[caller]());
        }

        Contestant ours = Calling("Quern", quern), theirs = Calling("ONNX Runtime", others);
        Interleaved.Run([ours, theirs], comparison.Options.Repeats, limit);
        table.Row($"{callers}", $"{batch}", PerSecond(ours), PerSecond(theirs), $"{ours.SpeedAgainst(theirs)}");

        string PerSecond(Contestant contestant) => (callers * batch / contestant.Seconds.Median).ToString("N0", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static Func<float[]> QuernCaller(Sequential network, Tensor input) => () => network.Forward(input).ToArray();

    // The seconds are those in which every thread has made one call.
    private static Contestant Calling(string name, Func<float[]>[] callers)
    {
        int count = 1;
        return new Contestant(name, 1, WarmUp, () => Measured(count));

        // Long enough for the runtime to have compiled the code for good.
        void WarmUp()
        {
            long start = Stopwatch.GetTimestamp();
            do
            {
                Measured(20);
            }
            while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromMilliseconds(400));
            count = (int)Math.Clamp(Turn.TotalSeconds / Measured(50), 10, 1_000_000);
        }

        double Measured(int calls)
        {
            using Barrier together = new(callers.Length + 1);
            Thread[] threads = [.. callers.Select(call => new Thread(() =>
            {
                together.SignalAndWait();
                for (int i = 0; i < calls; i++)
                {
                    call();
                }
            }))];
            Array.ForEach(threads, thread => thread.Start());
            together.SignalAndWait();
            long start = Stopwatch.GetTimestamp();
            Array.ForEach(threads, thread => thread.Join());
            return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
        }
    }

    private static void CheckAgreement(float[] ours, float[] theirs)
    {
        for (int i = 0; i < ours.Length; i++)
        {
            if (!(Math.Abs(ours[i] - theirs[i]) <= 1e-5 * Math.Max(1, Math.Abs(ours[i]))))
            {
                throw new PeerException($"At {i} Quern gives {ours[i]} and ONNX Runtime {theirs[i]}.");
            }
        }
    }
}
