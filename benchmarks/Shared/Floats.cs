using System.Runtime.InteropServices;

namespace Quern.Benchmarks;

/// <summary>Floats that start on a 64-byte boundary and never move, filled with numbers from -1 to 1.</summary>
public sealed unsafe class Floats : IDisposable
{
    /// <summary>Allocates.</summary>
    public Floats(long length, int seed = 1)
    {
        Length = checked((int)length);
        Pointer = (float*)NativeMemory.AlignedAlloc((nuint)Math.Max(1, length) * sizeof(float), 64);
        var random = new Random(seed);
        foreach (ref float value in Span)
        {
            value = (random.NextSingle() * 2) - 1;
        }
    }

    public int Length { get; }

    public float* Pointer { get; private set; }

    public Span<float> Span => new(Pointer, Length);

    public void Dispose()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}
