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

    /// <summary>One value per column of the result, or null.</summary>
    public float* Bias;

    /// <summary>Applied after the bias.</summary>
    public Activation Activation;

    /// <summary>As large as the result, or null.</summary>
    public float* GradientOutput;

    /// <summary>The activation whose derivative multiplies the value.</summary>
    public Activation GradientActivation;

    /// <summary>Whether something is done to the values before they are stored: see <see cref="TileEpilogue"/>.</summary>
    public readonly bool HasEpilogue =>
        Bias != null || Activation != Activation.None || (GradientOutput != null && GradientActivation != Activation.None);
}
