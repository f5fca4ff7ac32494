namespace Quern.Kernels.Cpu.MatMulKernels;

/// <summary>Each thread's own memory for packed blocks. It is made at the thread's first product and goes with the thread.</summary>
internal static unsafe class PackingBuffer
{
    private const int Alignment = 64;

    [ThreadStatic]
    private static float[]? _memory;

    /// <summary>This thread's buffer, on a cache line's boundary.</summary>
    /// <param name="length">How many floats it must hold.</param>
    public static float* Get(int length)
    {
        if (_memory is null || _memory.Length < length + (Alignment / sizeof(float)))
        {
            _memory = GC.AllocateUninitializedArray<float>(length + (Alignment / sizeof(float)), pinned: true);
        }

        fixed (float* start = _memory)
        {
            return (float*)(((nuint)start + Alignment - 1) / Alignment * Alignment);
        }
    }
}
