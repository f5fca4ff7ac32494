namespace Quern.Kernels.Cpu;

/// <summary>Memory that a thread keeps for intermediate results from call to call. It grows to the largest that was asked for.</summary>
internal static unsafe class Scratch
{
    /// <summary>What the memory is for: each use has its own, since one kernel may need several.</summary>
    public enum Use
    {
        /// <summary>The columns that a convolution multiplies with.</summary>
        Columns,

        /// <summary>Sums of the pieces of a batch.</summary>
        Partials,
    }

    [ThreadStatic]
    private static float[]? _columns;

    [ThreadStatic]
    private static float[]? _partials;

    /// <summary>This thread's memory for a use; it never moves, and holds anything.</summary>
    public static float* Get(Use use, int length)
    {
        ref float[]? memory = ref use == Use.Columns ? ref _columns : ref _partials;
        if (memory is null || memory.Length < length)
        {
            memory = GC.AllocateUninitializedArray<float>(length, pinned: true);
        }

        fixed (float* start = memory)
        {
            return start;
        }
    }
}
