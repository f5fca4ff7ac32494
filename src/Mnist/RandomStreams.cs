namespace Quern.Mnist;

/// <summary>
/// Which streams of a seed's random numbers are whose. Each follows from the place in the run alone, so a run that goes on from a
/// checkpoint draws what it would have drawn. Initial weights take streams from 0 up.
/// </summary>
internal static class RandomStreams
{
    // More than any model draws in a step.
    private const int StreamsPerStep = 1 << 16;

    // So for 1,024 processes.
    private const int StreamsPerProcess = 1 << 6;

    /// <summary>The order of the images in an epoch, as every <see cref="Nn.BatchSource"/> takes it.</summary>
    public static ulong Order(int epoch) => (1UL << 32) + (ulong)epoch;

    /// <summary>The first of what the layers of a model draw in a training step, counted over all epochs.</summary>
    /// <param name="step">The step.</param>
    /// <param name="rank">The process, of several that train together: each draws for other samples.</param>
    public static ulong Layers(long step, int rank = 0) => (1UL << 62) + ((ulong)step * StreamsPerStep) + ((ulong)rank * StreamsPerProcess);

    /// <summary>The noise on the images of a training step, counted over all epochs.</summary>
    public static ulong TrainingNoise(long step) => (2UL << 62) + (ulong)step;

    /// <summary>The noise on a batch of validation images: the same in every epoch.</summary>
    public static ulong ValidationNoise(int batch) => (3UL << 62) + (ulong)batch;
}
