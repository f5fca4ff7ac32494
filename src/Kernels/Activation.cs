namespace Quern.Kernels;

/// <summary>The activations that a kernel can apply while it stores its result.</summary>
public enum Activation
{
    /// <summary>The value itself.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,
}
