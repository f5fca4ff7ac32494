namespace Quern.Mnist.Models;

/// <summary>The activation after each hidden layer.</summary>
public enum HiddenActivation
{
    /// <summary><see cref="Nn.Relu"/>.</summary>
    Relu,

    /// <summary><see cref="Nn.LeakyRelu"/> with a slope of 0.01.</summary>
    LeakyRelu,

    /// <summary><see cref="Nn.Gelu"/>.</summary>
    Gelu,

    /// <summary><see cref="Nn.Silu"/>.</summary>
    Silu,

    /// <summary><see cref="Nn.Tanh"/>.</summary>
    Tanh,
}
