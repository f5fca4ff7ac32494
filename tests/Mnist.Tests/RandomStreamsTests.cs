using Quern.Mnist.Training;

namespace Quern.Mnist.Tests;

public class RandomStreamsTests
{
    [Fact]
    public void No_two_purposes_and_no_two_places_share_a_stream()
    {
        // The longest run: the most epochs, over as many images as an array holds, one in a step.
        long lastStep = (long)RunOptions.MaxEpochs * (Array.MaxLength / 784);
        (ulong First, ulong Last)[] ranges =
        [
            (0, uint.MaxValue), // initial weights
            (RandomStreams.Order(0), RandomStreams.Order(RunOptions.MaxEpochs)),
            (RandomStreams.Layers(0), RandomStreams.Layers(lastStep) + ushort.MaxValue),
            (RandomStreams.TrainingNoise(0), RandomStreams.TrainingNoise(lastStep)),
            (RandomStreams.ValidationNoise(0), RandomStreams.ValidationNoise(int.MaxValue)),
        ];

        Assert.All(ranges, range => Assert.True(range.First < range.Last));
        Assert.All(ranges.Zip(ranges.Skip(1)), pair => Assert.True(pair.First.Last < pair.Second.First, $"{pair.First} and {pair.Second} overlap"));
        Assert.Equal(1UL, RandomStreams.Order(8) - RandomStreams.Order(7));
        Assert.Equal(1UL, RandomStreams.TrainingNoise(8) - RandomStreams.TrainingNoise(7));
        Assert.Equal(1UL, RandomStreams.ValidationNoise(8) - RandomStreams.ValidationNoise(7));
        Assert.Equal(1UL << 16, RandomStreams.Layers(8) - RandomStreams.Layers(7));

        // 1,024 processes with 64 streams each.
        Assert.Equal(1UL << 6, RandomStreams.Layers(7, 2) - RandomStreams.Layers(7, 1));
        Assert.Equal(RandomStreams.Layers(8), RandomStreams.Layers(7, 1024));
    }
}
