using System.Diagnostics;
using System.Globalization;
using Quern.Benchmarks.Compare.Measuring;
using Quern.Mnist;
using Quern.Mnist.Models;

namespace Quern.Benchmarks.Compare.Peers;

/// <summary>PyTorch in a process of its own, which trains an epoch when it is told to.</summary>
internal sealed class PyTorch : IDisposable
{
    private readonly Process _process;
    private readonly int _threads;

    private PyTorch(Process process, int threads, string version)
    {
        _process = process;
        _threads = threads;
        Version = version;
    }

    public string Version { get; }

    /// <summary>The mean loss of the last epoch.</summary>
    public double Loss { get; private set; }

    /// <summary>Starts it; null with the reason where Python or PyTorch is missing.</summary>
    /// <param name="python">The Python that has PyTorch.</param>
    /// <param name="imageFile">28x28 images as bytes.</param>
    /// <param name="model">Which autoencoder.</param>
    /// <param name="batchSize">Images per step.</param>
    /// <param name="threads">Its threads, and those of its OpenBLAS.</param>
    /// <param name="reason">Why it cannot run.</param>
    public static PyTorch? Start(string python, string imageFile, ModelKind model, int batchSize, int threads, out string reason)
    {
        string count = threads.ToString(CultureInfo.InvariantCulture);
        string script = Path.Combine(AppContext.BaseDirectory, "Peers", "pytorch_epoch.py");
        var start = new ProcessStartInfo(python, [script, imageFile, Names.Of(model), batchSize.ToString(CultureInfo.InvariantCulture), count])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // Without these its products use every core, whatever torch.set_num_threads says.
        start.Environment["OPENBLAS_NUM_THREADS"] = count;
        start.Environment["OMP_NUM_THREADS"] = count;
        start.Environment.Remove("OPENBLAS_CORETYPE");
        reason = $"'{python}' has no PyTorch";
        try
        {
            Process process = Process.Start(start)!;
            string[] answer = (process.StandardOutput.ReadLine() ?? "").Split(' ');
            if (answer is ["ready", string version])
            {
                return new PyTorch(process, threads, version);
            }

            process.Dispose();
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            reason = $"'{python}' cannot be started: {error.Message}";
        }

        return null;
    }

    public Contestant Contestant() => new("PyTorch", _threads, () => { }, Epoch);

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private double Epoch()
    {
        _process.StandardInput.WriteLine("epoch");
        _process.StandardInput.Flush();
        string? answer = _process.StandardOutput.ReadLine();
        if (answer is null)
        {
            _process.WaitForExit();
            throw new PeerException($"PyTorch ended in the middle of an epoch with exit code {_process.ExitCode} (137: killed, mostly for want of memory).");
        }

        double[] numbers = [.. answer.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        Loss = numbers[1];
        return numbers[0];
    }
}
