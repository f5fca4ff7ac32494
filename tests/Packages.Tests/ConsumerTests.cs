using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
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
    public void A_mistake_in_a_kernel_is_the_only_error_that_the_compiler_tells()
    {
        Prepare("OwnKernel");
        string program = _folder.Combine("Program.cs");
        File.WriteAllText(program, File.ReadAllText(program).Replace("(a * x[i]) + y[i]", "(a * x[i]) % y[i]", StringComparison.Ordinal));

        string output = DotNet.Fail(_folder.Path, "build", "-c", "Release");

        // Without its launcher, whoever calls the kernel would be told of a member that is missing.
        string[] errors = [.. Lines(output).Where(line => line.Contains(": error ", StringComparison.Ordinal))];
        Assert.NotEmpty(errors);
        Assert.All(errors, error => Assert.Contains(": error QK0003: ", error, StringComparison.Ordinal));
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

    [Theory]
    [InlineData("PublishAot", "microsoft.dotnet.ilcompiler")]
    [InlineData("PublishTrimmed", "microsoft.net.illink.tasks")]
    public void A_project_is_published_native_or_trimmed_without_a_warning_and_runs(string way, string needed)
    {
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string version = Environment.Version.ToString();
        string runtime = $"microsoft.netcore.app.runtime.{RuntimeInformation.RuntimeIdentifier}";
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(packages, needed, version)) && Directory.Exists(Path.Combine(packages, runtime, version)),
            $"There are no packages {needed} and {runtime} {version} on this machine, and tests use no network.");
        string file = _folder.Combine("foreign.safetensors");
        File.WriteAllBytes(file, SafeTensorsFile());

        Prepare("Xor", packages);
        string published = _folder.Combine("published");
        DotNet.Run(_folder.Path, "publish", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, $"-p:{way}=true", "-o", published, "-v", "quiet");

        using Process program = Process.Start(new ProcessStartInfo(Path.Combine(published, OperatingSystem.IsWindows() ? "Xor.exe" : "Xor"), [file]) { RedirectStandardOutput = true })!;
        string output = program.StandardOutput.ReadToEnd().ReplaceLineEndings("\n");
        program.WaitForExit();
        Assert.Equal(["xor: 0 1 1 0", "loaded: True", "counts [2, 2]: 1 2.5 -3 4", "none [0]: "], Lines(output));
    }

    // The path of the program.
    private string Build(string name)
    {
        Prepare(name);
        DotNet.Run(_folder.Path, "build", "-c", "Release", "-o", _folder.Combine("out"), "-v", "quiet");
        return _folder.Combine("out", $"{name}.dll");
    }

    // Copies a project, with the packages as its only source but for a folder of those that .NET itself needs.
    private void Prepare(string name, string? fallback = null)
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
                {(fallback is null ? "" : $"<add key=\"dotnet\" value=\"{fallback}\" />")}
              </fallbackPackageFolders>
            </configuration>
            """);
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
