namespace Quern.Kernels.Cpu;

/// <summary>Memory that a thread keeps for intermediate results from call to call. It grows to the largest that was asked for.</summary>
internal static unsafe class Scratch
{
    private const int Alignment = 64;

    [ThreadStatic]
    private static float[]?[]? _memories;

    /// <summary>What the memory is for: each use has its own, since one kernel may need several.</summary>
    public enum Use
    {
        /// <summary>Pictures with their padding.</summary>
        Pictures,

        /// <summary>Pictures with the numbers of a position side by side.</summary>
        ChannelsLast,

        /// <summary>A result on its way to where it belongs.</summary>
        Result,

        /// <summary>Sums of the pieces of a batch.</summary>
        Partials,

        /// <summary>What all pieces of a job look up.</summary>
        Tables,
    }

    /// <summary>This thread's memory for a use, on a cache line's boundary; it never moves, and holds anything.</summary>
    public static float* Get(Use use, int length)
    {
        _memories ??= new float[]?[(int)Use.Tables + 1];
        ref float[]? memory = ref _memories[(int)use];
        int needed = checked(length + (Alignment / sizeof(float)));
        if (memory is null || memory.Length < needed)
        {
            memory = GC.AllocateUninitializedArray<float>(needed, pinned: true);
        }

        fixed (float* start = memory)
        {
            return (float*)(((nuint)start + Alignment - 1) / Alignment * Alignment);
        }
    }
}
