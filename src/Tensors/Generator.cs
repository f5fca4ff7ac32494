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
    private ulong _stream;

    /// <summary>What chooses the numbers.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>The stream that the next tensor takes. Setting it resumes a sequence where it was left.</summary>
    public ulong Stream
    {
        get => Volatile.Read(ref _stream);
        set => Volatile.Write(ref _stream, value);
    }

    /// <summary>Takes a stream: no other call gets the same one, on whichever thread.</summary>
    public ulong NextStream() => Interlocked.Increment(ref _stream) - 1;
}
