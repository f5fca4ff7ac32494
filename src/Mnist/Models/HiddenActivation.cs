using Quern.Nn;

namespace Quern.Mnist.Models;

/// <summary>The activation after each hidden layer.</summary>
public enum HiddenActivation
{
    /// <summary><see cref="ReLU"/>.</summary>
    Relu,

    /// <summary><see cref="LeakyReLU"/> with a slope of 0.01.</summary>
    LeakyRelu,

    /// <summary><see cref="GELU"/>.</summary>
    Gelu,

    /// <summary><see cref="SiLU"/>.</summary>
    Silu,

    /// <summary><see cref="Nn.Tanh"/>.</summary>
    Tanh,
}
