namespace Quern.Kernels;

/// <summary>
/// What a matrix product or a convolution does to each value before it is stored, so that no second pass over memory is needed. In this order:
/// value += Bias; value = Activation(value); value *= GradientActivation'(GradientOutput). The default does nothing.
/// </summary>
/// <typeparam name="TMemory">
/// What holds numbers: a <see cref="ReadOnlySpan{T}"/> on the processor, a <see cref="GpuView{T}"/> on a GPU; the default stands for none.
/// </typeparam>
/// <param name="bias">See <see cref="Bias"/>.</param>
/// <param name="activation">See <see cref="Activation"/>.</param>
/// <param name="gradientOutput">See <see cref="GradientOutput"/>.</param>
/// <param name="gradientActivation">See <see cref="GradientActivation"/>.</param>
public readonly ref struct Epilogue<TMemory>(
    TMemory? bias = default,
    Activation activation = Activation.None,
    TMemory? gradientOutput = default,
    Activation gradientActivation = Activation.None)
    where TMemory : allows ref struct
{
    /// <summary>A number for each column of the product, or for each channel of a convolution's result; or none.</summary>
    public TMemory? Bias { get; init; } = bias;

    /// <summary>Applied after the bias.</summary>
    public Activation Activation { get; init; } = activation;

    /// <summary>
    /// For backward passes: what the activation below gave in the forward pass, as large as the result, or none. The value is multiplied by the
    /// activation's derivative, expressed through this output y: relu y > 0 ? 1 : 0; sigmoid y (1 - y); tanh 1 - y².
    /// </summary>
    public TMemory? GradientOutput { get; init; } = gradientOutput;

    /// <summary>The activation that made <see cref="GradientOutput"/>.</summary>
    public Activation GradientActivation { get; init; } = gradientActivation;
}
