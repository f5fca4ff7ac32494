namespace Quern.Kernels.Cpu;

/// <summary>What <see cref="MatMul"/> does to each value of the product before it is stored for the last time.</summary>
/// <remarks>
/// In this order: value += Bias[column]; value = Activation(value); value *= GradientActivation'(GradientOutput). The
/// default does nothing.
/// </remarks>
public readonly ref struct MatMulEpilogue
{
    /// <summary>Added to every row: as many values as the result has columns, or empty for none.</summary>
    public ReadOnlySpan<float> Bias { get; init; }

    /// <summary>Applied after the bias.</summary>
    public Activation Activation { get; init; }

    /// <summary>
    /// For backward passes: what the activation below gave in the forward pass, as large as the result, or empty for none.
    /// The value is multiplied by the activation's derivative, expressed through this output y:
    /// relu y > 0 ? 1 : 0; sigmoid y (1 - y); tanh 1 - y².
    /// </summary>
    public ReadOnlySpan<float> GradientOutput { get; init; }

    /// <summary>The activation that made <see cref="GradientOutput"/>.</summary>
    public Activation GradientActivation { get; init; }
}
