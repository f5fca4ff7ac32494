using Quern.Nn;

namespace Quern.Mnist.Models;

/// <summary>The weights that a model begins with. Biases begin at zero.</summary>
public enum WeightInitializer
{
    /// <summary><see cref="Initializers.GlorotUniform"/> with a gain of 1.</summary>
    Glorot,

    /// <summary><see cref="Initializers.KaimingUniform"/> with the gain of the activation that follows.</summary>
    Kaiming,
}
