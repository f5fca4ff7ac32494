using System.Runtime.CompilerServices;

namespace Quern.Kernels.Cpu;

/// <summary>How the runtime's compiler takes methods.</summary>
internal static class Jit
{
    /// <summary>
    /// A loop over memory: optimized from the first call, since it may be entered once and run for long; and never a part of its caller, in which
    /// the compiler may find the whole too large and leave calls of single operations in the loop.
    /// </summary>
    public const MethodImplOptions Loop = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;
}
