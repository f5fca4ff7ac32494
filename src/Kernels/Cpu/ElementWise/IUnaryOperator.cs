using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.ElementWise;

/// <summary>A formula of one operand.</summary>
internal interface IUnaryOperator
{
    /// <summary>The formula, for every lane.</summary>
    static abstract V Invoke<S, V>(V x)
        where S : struct, ISimd<V>
        where V : unmanaged;
}
