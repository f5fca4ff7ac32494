using Quern.Kernels.Cpu;

namespace Quern.Mnist.Training;

/// <summary>The order in which an epoch takes the images.</summary>
internal static class BatchOrder
{
    /// <summary>Fills a span with the numbers from 0 up to its length, in the order of one epoch.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="epoch">The epoch's number.</param>
    /// <param name="order">Receives the numbers; nothing that it held before matters.</param>
    public static void Shuffle(ulong seed, int epoch, Span<int> order) => Philox.Permutation(seed, RandomStreams.Order(epoch), order);
}
