namespace Quern.Kernels.Cpu.Simd;

/// <summary>The vector widths that the kernels are compiled for.</summary>
internal enum SimdTier
{
    /// <summary>One float at a time.</summary>
    Scalar,

    /// <summary>128 bits: SSE, Arm's AdvSimd, WebAssembly.</summary>
    Vector128,

    /// <summary>256 bits: AVX2.</summary>
    Vector256,

    /// <summary>512 bits: AVX-512.</summary>
    Vector512,
}
