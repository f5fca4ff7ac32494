using System.Diagnostics;
using System.Globalization;
using Quern.Benchmarks.Compare.Measuring;

namespace Quern.Benchmarks.Compare.Peers;

/// <summary>
/// A program that times tensor operations by name when it is told to: PyTorch as Python has it, or TorchSharp. A process for each number
/// of threads.
/// </summary>
internal sealed class TensorPeer : IDisposable
{
    private readonly Process _process;
    private readonly int _threads;

    private TensorPeer(string name, Process process, int threads)
    {
        Name = name;
        _process = process;
        _threads = threads;
    }

    /// <summary>What the table calls it, with its version.</summary>
    public string Name { get; }

    /// <summary>PyTorch as a Python has it; null with the reason where it does not run.</summary>
    public static TensorPeer? PyTorch(string python, int threads, out string reason)
    {
        reason = $"'{python}' has no PyTorch";
        return Start("PyTorch", python, [Path.Combine(AppContext.BaseDirectory, "Peers", "pytorch_tensor.py")], threads, ref reason);
    }

    /// <summary>The program of benchmarks/torchsharp; null with the reason where it is not built or libtorch does not load.</summary>
    public static TensorPeer? TorchSharp(string program, int threads, out string reason)
    {
        reason = $"'{program}' is not built";
        return File.Exists(program) ? Start("TorchSharp", "dotnet", [program], threads, ref reason) : null;
    }

    /// <summary>One operation, which both must compute alike: otherwise their times say nothing.</summary>
    /// <param name="operation">The operation's name.</param>
    /// <param name="turn">About how long a turn takes.</param>
    /// <param name="checksum">The checksum of Quern's result; NaN where results are random.</param>
    public Contestant Contestant(string operation, TimeSpan turn, double checksum)
    {
        int calls = 1;
        return new(Name, _threads, Prepare, () => Ask($"run {operation} {calls}")[0]);

        void Prepare()
        {
            double[] answer = Ask(FormattableString.Invariant($"prepare {operation} {turn.TotalSeconds}"));
            calls = (int)answer[0];
            if (Math.Abs(answer[1] - checksum) > 1e-3 * Math.Abs(checksum))
            {
                throw new PeerException($"{operation}: the checksum of Quern's result is {checksum} and that of {Name}'s {answer[1]}.");
            }
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static TensorPeer? Start(string name, string program, string[] arguments, int threads, ref string reason)
    {
        string count = threads.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(program, [.. arguments, count])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // Without these its products use every core, whatever number of threads is set.
        start.Environment["OPENBLAS_NUM_THREADS"] = count;
        start.Environment["OMP_NUM_THREADS"] = count;
        try
        {
            Process process = Process.Start(start)!;
            string answer = process.StandardOutput.ReadLine() ?? "";
            if (answer.StartsWith("ready ", StringComparison.Ordinal))
            {
                return new TensorPeer($"{name} {answer["ready ".Length..]}", process, threads);
            }

            reason = answer.Length > 0 ? answer : reason;
            process.Dispose();
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            reason = $"'{program}' cannot be started: {error.Message}";
        }

        return null;
    }

    private double[] Ask(string question)
    {
        _process.StandardInput.WriteLine(question);
        _process.StandardInput.Flush();
        string answer = _process.StandardOutput.ReadLine() ?? throw new PeerException($"{Name} ended at '{question}'.");
        return [.. answer.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
    }
}
