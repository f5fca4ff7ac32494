using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.ElementWise;

/// <summary>A formula of two operands.</summary>
internal interface IBinaryOperator
{
    /// <summary>The formula, for every lane.</summary>
    static abstract V Invoke<S, V>(V left, V right)
        where S : struct, ISimd<V>
        where V : unmanaged;
}
