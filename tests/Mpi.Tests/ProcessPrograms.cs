using System.Globalization;
using System.Runtime.InteropServices;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mpi.Tests;

/// <summary>What the processes do that the tests start, by name. What they find they print; the tests know what it should be.</summary>
internal static class ProcessPrograms
{
    // Some batches of 20 and a last one of 5.
    private static readonly TensorDataset Points = MakePoints(45);

    public static int Run(string name)
    {
        try
        {
            return MpiProcessGroup.Run(name switch
            {
                "exchange" => Exchange,
                "train" => group => Print(string.Join(' ', Train(group).Select(loss => loss.ToString("R", CultureInfo.InvariantCulture)))),
                "throw" => Throw,
                "die" => Die,
                "abort" => Abort,
                "leave" => Leave,
                "twice" => _ => MpiProcessGroup.Run(_ => 0),
                _ => throw new ArgumentException($"There is no program {name}.", nameof(name)),
            });
        }
        catch (MpiException error)
        {
            Console.Error.WriteLine($"error: {error.Message}");
            return 2;
        }
    }

    /// <summary>The losses of every step of three epochs, and after each of them that of the validation.</summary>
    public static IEnumerable<double> Train(ProcessGroup? group)
    {
        Generator generator = new(3);
        Sequential network = new(new Linear(2, 8, generator), new Tanh(), new Linear(8, 2, generator));
        Trainer trainer = new(network, new CrossEntropyLoss(), new Adam(network.Parameters, 0.02)) { ProcessGroup = group };
        DataLoader training = new(Points, 20, shuffleSeed: 7), validation = new(MakePoints(33), 16);
        List<double> losses = [];
        for (int epoch = 0; epoch < 3; epoch++)
        {
            double loss = trainer.TrainEpoch(training, validation).ValidationLoss!.Value;
            losses.AddRange(trainer.StepLosses.Select(step => (double)step));
            losses.Add(loss);
        }

        return losses;
    }

    private static int Exchange(MpiProcessGroup group)
    {
        // More numbers than one message holds.
        float[] numbers = new float[1_000_003];
        numbers.AsSpan().Fill(group.Rank + 1);
        group.AllReduce(numbers);
        byte[] bytes = [(byte)group.Rank, 1, 2, (byte)(10 + group.Rank)];
        group.Broadcast(bytes, group.Size - 1);
        group.AllReduce([]);
        group.CheckSame("sizes", MemoryMarshal.AsBytes<int>([group.Size]));
        string error = "";
        try
        {
            group.CheckSame("ranks", MemoryMarshal.AsBytes<int>([group.Rank]));
        }
        catch (ProcessGroupException exception)
        {
            error = exception.Message;
        }

        return Print($"{group.Rank} of {group.Size}, {group.LocalRank} of {group.LocalSize} here; {numbers.Min()} to {numbers.Max()}; {string.Join(' ', bytes)}; {error}");
    }

    private static int Throw(MpiProcessGroup group)
    {
        if (group.Rank == group.Size - 1)
        {
            throw new InvalidOperationException("Something went wrong in one process.");
        }

        return WaitForOthers(group);
    }

    private static int Die(MpiProcessGroup group)
    {
        Train(group);
        if (group.Rank == group.Size - 1)
        {
            using var self = System.Diagnostics.Process.GetCurrentProcess();
            self.Kill();
        }

        return WaitForOthers(group);
    }

    private static int Abort(MpiProcessGroup group)
    {
        if (group.Rank == group.Size - 1)
        {
            group.Abort(7);
        }

        return WaitForOthers(group);
    }

    private static int Leave(MpiProcessGroup group)
    {
        if (group.Rank == group.Size - 1)
        {
            Environment.Exit(3);
        }

        return WaitForOthers(group);
    }

    // Forever, where one of them never comes.
    private static int WaitForOthers(ProcessGroup group)
    {
        group.AllReduce([1]);
        return Print("All are here.");
    }

    private static int Print(string text)
    {
        Console.WriteLine(text);
        return 0;
    }

    private static TensorDataset MakePoints(int count)
    {
        Tensor points = Tensor.Random([count, 2], new Generator((ulong)count), -1, 1);
        return new TensorDataset(points, points.Sum(axis: 1) > 0.1);
    }
}
