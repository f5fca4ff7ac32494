using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu.Simd;

/// <summary>A vector width of the processor: its arithmetic, and how it moves to and from memory.</summary>
/// <typeparam name="V">
/// The vector: <see cref="float"/> or a <c>Vector128</c>, <c>Vector256</c> or <c>Vector512</c> of floats.
/// </typeparam>
internal unsafe interface ISimd<V> : IArithmetic<V>
    where V : unmanaged
{
    /// <summary>How many floats a vector holds.</summary>
    static abstract int Count { get; }

    /// <summary>Reads <see cref="Count"/> floats; any alignment will do.</summary>
    static abstract V Load(float* source);

    /// <summary>Reads <see cref="Count"/> bytes and converts them to floats from 0 to 255.</summary>
    static abstract V LoadBytes(byte* source);

    /// <summary>Writes <see cref="Count"/> floats; any alignment will do.</summary>
    static abstract void Store(V value, float* destination);

    /// <summary>Reads the first few floats of a vector, and nothing behind them.</summary>
    /// <param name="source">The first float's place.</param>
    /// <param name="count">How many floats to read: from 0 to <see cref="Count"/>.</param>
    /// <param name="others">What the other lanes hold.</param>
    static abstract V LoadPart(float* source, int count, V others);

    /// <summary>Writes the first few floats of a vector, and nothing behind them.</summary>
    static abstract void StorePart(V value, float* destination, int count);

    /// <summary>Writes <see cref="Count"/> floats past the caches; the destination is aligned to the vector's size.</summary>
    static abstract void StoreStreaming(V value, float* destination);

    /// <summary>Reads the vector's groups of four floats from places that lie apart; a single float has no groups, and is read from the first.</summary>
    /// <param name="source">The first group's place.</param>
    /// <param name="stride">Floats from one group's place to the next.</param>
    static abstract V LoadGroups(float* source, nint stride);

    /// <summary>The lower halves of each group of four lanes, in turns: left 0, right 0, left 1, right 1. Of single floats the left one.</summary>
    static abstract V InterleaveLow(V left, V right);

    /// <summary>The upper halves of each group of four lanes, in turns: left 2, right 2, left 3, right 3. Of single floats the right one.</summary>
    static abstract V InterleaveHigh(V left, V right);

    /// <summary>The bits that exactly one of both has.</summary>
    static abstract V Xor(V left, V right);

    /// <summary>The lanes as unsigned integers times a factor: the lower 32 bits, and the upper ones apart.</summary>
    static abstract V MultiplyBits(V value, uint factor, out V high);

    /// <summary>The sum of the lanes, in double precision.</summary>
    static abstract double Sum(V value);

    /// <summary>Whether a mask is set in every lane.</summary>
    static abstract bool IsSetEverywhere(V mask);
}
