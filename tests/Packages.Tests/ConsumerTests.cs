using System.Buffers.Binary;
using System.Text;

namespace Quern.Packages.Tests;

/// <summary>New projects outside the repository that have the packages and nothing else: no network, no other feed, none of our build files.</summary>
[Collection(PackedFeedCollection.Name)]
public sealed class ConsumerTests(PackedFeed feed) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_project_trains_xor_with_a_layer_of_its_own_and_reads_safetensors()
    {
        string file = _folder.Combine("foreign.safetensors");
        File.WriteAllBytes(file, SafeTensorsFile());

        string program = Build("Xor");
        string[] lines = Lines(DotNet.Run(_folder.Path, program, file));

        Assert.Equal(["xor: 0 1 1 0", "loaded: True", "counts [2, 2]: 1 2.5 -3 4", "none [0]: "], lines);
    }

    [Fact]
    public void A_project_writes_a_gpu_kernel_of_its_own()
    {
        string program = Build("OwnKernel");
        string[] lines = Lines(DotNet.Run(_folder.Path, program));

        Assert.Equal("Saxpy_Run", lines[0]);
        Assert.SkipWhen(lines[1].StartsWith("no device: ", StringComparison.Ordinal), lines[1]);
        Assert.Equal(["Saxpy_Run", "12 24 36 48 60"], lines);
    }

    [Fact]
    public void A_project_runs_operations_of_its_own_on_every_device()
    {
        string[] lines = Lines(DotNet.Run(_folder.Path, Build("OwnOperation")));

        string[] devices = [.. lines.Select(line => line.Split(' ')[0]).Distinct()];
        Assert.Equal("cpu", devices[0]);
        Assert.Equal(
            devices.SelectMany(device => (string[])
            [
                $"{device} swish -0.1423 -0.1888 0.0000 0.3112 2.8577",
                $"{device} huber 2.5000 0.1250 0.0000 0.1250 1.5000",
                $"{device} swish of the square 8.9989 0.1405 0.0000 0.1405 8.9989",
            ]),
            lines);
    }

    [Fact]
    public void A_project_trains_on_every_device_with_a_layer_a_loss_and_an_optimizer_of_its_own()
    {
        string[] lines = Lines(DotNet.Run(_folder.Path, Build("OwnTraining")));

        Assert.StartsWith("cpu ", lines[0], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.EndsWith(" 0.0 1.0 1.0 0.0", line, StringComparison.Ordinal));
    }

    // The path of the program.
    private string Build(string name)
    {
        foreach (string file in Directory.GetFiles(Path.Combine(Repository.Root, "tests", "Packages.Tests", "Consumers", name)))
        {
            File.Copy(file, _folder.Combine(Path.GetFileName(file)));
        }

        File.WriteAllText(_folder.Combine("NuGet.config"), $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="packed" value="{feed.Path}" />
              </packageSources>
              <fallbackPackageFolders>
                <clear />
              </fallbackPackageFolders>
            </configuration>
            """);
        DotNet.Run(_folder.Path, "build", "-c", "Release", "-o", _folder.Combine("out"), "-v", "quiet");
        return _folder.Combine("out", $"{name}.dll");
    }

    private static string[] Lines(string output) => output.TrimEnd('\n').Split('\n');

    // As another program would write it, with a header in an order of its own.
    private static byte[] SafeTensorsFile()
    {
        byte[] header = Encoding.UTF8.GetBytes(
            """{"counts":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"none":{"dtype":"F32","shape":[0],"data_offsets":[16,16]},"__metadata__":{"by":"hand"}}""");
        byte[] file = new byte[sizeof(ulong) + header.Length + 16];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
        header.CopyTo(file, sizeof(ulong));
        float[] values = [1, 2.5f, -3, 4];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(sizeof(ulong) + header.Length + (4 * i)), values[i]);
        }

        return file;
    }
}
