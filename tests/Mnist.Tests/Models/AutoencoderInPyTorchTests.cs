using System.Diagnostics;
using Quern.Mnist.Models;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Tests.Models;

/// <summary>The autoencoder's weights to PyTorch and back, where the machine has PyTorch.</summary>
public sealed class AutoencoderInPyTorchTests : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private const int NoPyTorch = 77;

    private readonly string _folder = Directory.CreateTempSubdirectory("quern-pytorch-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void PyTorch_loads_our_weights_and_reproduces_our_reconstructions()
    {
        Autoencoder model = new(new Generator(1));
        Tensor images = Tensor.Random([5, Autoencoder.Pixels], new Generator(2));
        model.Save(Path.Combine(_folder, "model.safetensors"), new Dictionary<string, string> { ["format"] = "pt" });
        Npy.Write(Path.Combine(_folder, "images.npy"), images);
        Npy.Write(Path.Combine(_folder, "reconstructions.npy"), model.Forward(images));

        (int code, string output) = Interop("check");

        Assert.True(code == 0, output);
        Assert.StartsWith("largest difference", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_from_PyTorch_reproduce_its_reconstructions()
    {
        (int code, string output) = Interop("write");
        Assert.True(code == 0, output);

        Autoencoder model = new(new Generator(1));
        IReadOnlyDictionary<string, string> notes = model.Load(Path.Combine(_folder, "model.safetensors"));

        Assert.Equal("pt", notes["format"]);
        Tensor reconstructions = model.Forward(Npy.Read(Path.Combine(_folder, "images.npy")));
        Assert.True(reconstructions.AllClose(Npy.Read(Path.Combine(_folder, "reconstructions.npy")), relative: 0, absolute: 1e-5));
    }

    // Runs tests/parity/safetensors_interop.py on the folder.
    private (int Code, string Output) Interop(string command)
    {
        Assert.SkipWhen(!File.Exists(Python), $"{Python} is not there.");
        string script = Path.Combine(AppContext.BaseDirectory, "safetensors_interop.py");
        ProcessStartInfo start = new(Python, [script, command, _folder]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.SkipWhen(process.ExitCode == NoPyTorch, $"{Python} has no torch; on Debian, install python3-torch.");
        return (process.ExitCode, output + errors.Result);
    }
}
