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
}
