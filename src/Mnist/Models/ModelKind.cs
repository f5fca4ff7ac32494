namespace Quern.Mnist.Models;

/// <summary>The autoencoders that there are. Named on the command line and in <c>history.json</c> in lower case.</summary>
public enum ModelKind
{
    /// <summary><see cref="Models.Autoencoder"/>: fully connected layers.</summary>
    Mlp,

    /// <summary><see cref="ConvAutoencoder"/>: convolutions.</summary>
    Conv,

    /// <summary><see cref="VariationalAutoencoder"/>: a code that is a distribution.</summary>
    Vae,
}
