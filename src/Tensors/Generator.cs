namespace Quern.Tensors;

/// <summary>
/// A source of random numbers. The same seed, asked the same questions in the same order, gives the same numbers on every
/// device and with any number of threads.
/// </summary>
/// <remarks>
/// Numbers come from Philox 4x32-10, which computes the i-th number of a stream from the seed, the stream and i alone.
/// Each tensor that is filled takes a stream of its own.
/// </remarks>
/// <param name="seed">Chooses the numbers.</param>
public sealed class Generator(ulong seed)
{
    /// <summary>What chooses the numbers.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>The stream that the next tensor takes. Setting it resumes a sequence where it was left.</summary>
    public ulong Stream { get; set; }

    /// <summary>Takes a stream: no other call gets the same one.</summary>
    public ulong NextStream() => Stream++;
}
