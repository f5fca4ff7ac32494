namespace Quern.Kernels.Cpu.MatMulKernels;

/// <summary>What <see cref="MatMul"/> was asked for: result[M, N] = left[M, K] · right[K, N].</summary>
internal unsafe struct Product
{
    public int M;
    public int N;
    public int K;
    public float* Left;
    public float* Right;
    public float* Result;

    /// <summary>Whether the left operand is stored as [K, M].</summary>
    public bool TransposeLeft;

    /// <summary>Whether the right operand is stored as [N, K].</summary>
    public bool TransposeRight;

    /// <summary>Whether the product is added to what the result holds.</summary>
    public bool Accumulate;

    public TileEpilogue Epilogue;
}
