using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.ElementWise;

/// <summary>A formula of three operands.</summary>
internal interface ITernaryOperator
{
    /// <summary>The formula, for every lane.</summary>
    static abstract V Invoke<S, V>(V first, V second, V third)
        where S : struct, ISimd<V>
        where V : unmanaged;
}
