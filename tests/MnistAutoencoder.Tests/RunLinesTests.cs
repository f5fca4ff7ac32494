using Quern.Mnist.Models;
using Quern.Mnist.Training;
using Quern.MnistAutoencoder.Display;

namespace Quern.MnistAutoencoder.Tests;

/// <summary>The screens of a run at four widths, as they look.</summary>
public class RunLinesTests
{
    private static readonly RunReading Reading = new(3, 0.5, 0.012341, TimeSpan.FromSeconds(41), TimeSpan.FromSeconds(92), 28_431);

    private static readonly RunOptions Options = new();

    [Theory]
    [InlineData(40, "epoch  3/12 ====---- 0.01234  0:41 -1:32")]
    [InlineData(60, "epoch  3/12 ======------- loss 0.01234  0:41 gone, 1:32 left")]
    [InlineData(80, "epoch  3/12 =====-----  50%  loss 0.01234  0:41 gone, 1:32 left  28,431 images/s")]
    [InlineData(120, "epoch  3/12 ====================--------------------  50%  loss 0.01234  0:41 gone, 1:32 left  28,431 images/s")]
    public void The_bar_of_an_epoch(int width, string expected)
    {
        string line = Draw(Reading, Options, width);

        Assert.InRange(line.Length, 1, width);
        Assert.Equal(expected, line);
    }

    [Theory]
    [InlineData(40, "epoch  3/12  0.01234  0.01156")]
    [InlineData(60, "epoch  3/12  train 0.01234  validation 0.01156  1.17 s")]
    [InlineData(80, "epoch  3/12  train 0.01234  validation 0.01156  1.17 s  51,282 images/s")]
    [InlineData(120, "epoch  3/12  train 0.01234  validation 0.01156  1.17 s  51,282 images/s")]
    public void The_line_of_an_epoch_that_is_done(int width, string expected) =>
        Assert.Equal(expected, RunLines.Epoch(new(3, 0.012341, 0.011561, 1.17, 51_282), Options, width));

    [Fact]
    public void No_line_is_longer_than_the_terminal_is_wide_and_the_bar_stays()
    {
        RunOptions long_ = new() { Model = ModelKind.Vae, Training = new() { Epochs = RunOptions.MaxEpochs } };
        RunReading[] readings = [Reading, new(100_000, 1, null, TimeSpan.FromHours(99), null, 1e7), new(1, 0, 543.2101, default, TimeSpan.FromHours(500), 0)];
        for (int width = 1; width <= 200; width++)
        {
            Assert.All(readings, reading => Assert.All((RunOptions[])[Options, long_], options =>
            {
                var (before, bar, after) = RunLines.Progress(reading, options, width);
                Assert.InRange(before.Length + bar + after.Length, 1, width);
                Assert.InRange(bar, 1, 40);
            }));
        }
    }

    [Theory]
    [InlineData("Written to runs/a: model.safetensors, best.safetensors.", 40, "Written to runs/a: model.safetensors,|best.safetensors.")]
    [InlineData("short", 40, "short")]
    [InlineData("averyveryverylongname is one", 10, "averyveryverylongname|is one")]
    [InlineData("averyveryverylongname", 10, "averyveryverylongname")]
    [InlineData("", 10, "")]
    public void Text_breaks_between_words(string text, int width, string expected) => Assert.Equal(expected.Split('|'), RunLines.Wrap(text, width));

    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(59.9, "0:59")]
    [InlineData(3599, "59:59")]
    [InlineData(3600, "1:00:00")]
    public void Times_are_read_as_on_a_clock(double seconds, string expected) => Assert.Equal(expected, RunLines.Clock(TimeSpan.FromSeconds(seconds)));

    private static string Draw(RunReading reading, RunOptions options, int width)
    {
        var (before, bar, after) = RunLines.Progress(reading, options, width);
        int full = (int)(bar * reading.Part);
        return before + new string('=', full) + new string('-', bar - full) + after;
    }
}
