using System.Globalization;
using System.Text.RegularExpressions;
using Quern.Mnist.Data;
using Quern.Mnist.Training;
using Quern.Tensors;

namespace Quern.Packages.Tests;

/// <summary>The autoencoder in one file, <c>samples/autoencoder.cs</c>, learns what the library's learns.</summary>
public sealed partial class NotebookTests : IDisposable
{
    private const int Epochs = 2;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_is_short_and_reaches_the_loss_of_the_library()
    {
        string[] lines = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "samples", "autoencoder.cs"), TestContext.Current.CancellationToken);
        Assert.InRange(lines.Length, 1, 150);

        // What is compiled is the file without its first line, which names the project to reference.
        Assert.StartsWith("#:project ", lines[0], StringComparison.Ordinal);
        Assert.Empty(Compiler.Compile(string.Join('\n', lines[1..]), _folder.Path));
        string printed = DotNet.Run(_folder.Path, "Program.dll", "synthetic", Epochs.ToString(CultureInfo.InvariantCulture));
        double[] losses = [.. ValidationLoss().Matches(printed).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.Equal(Epochs, losses.Length);
        Assert.True(new FileInfo(Path.Combine(_folder.Path, "autoencoder.png")).Length > 1000);

        // Weights and orders are other draws of the same distributions.
        DataSplits data = await new DataSource().ResolveAsync(DataSource.Synthetic, directory: null, seed: 0, cancellationToken: TestContext.Current.CancellationToken);
        TrainingRun run = new(data, Device.Cpu, new RunOptions { Training = new() { Epochs = Epochs } }, seed: 0);
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            double expected = run.TrainEpoch().ValidationLoss;
            Assert.InRange(losses[epoch], 0.9 * expected, 1.1 * expected);
        }
    }

    [GeneratedRegex(@"validation (\d\.\d+)")]
    private static partial Regex ValidationLoss();
}
