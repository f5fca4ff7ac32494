using Quern.Mnist.Models;
using Quern.Mnist.Pictures;
using Quern.Tensors;

namespace Quern.Mnist.Report;

/// <summary>Images that a variational autoencoder generates.</summary>
public static class PriorSheet
{
    /// <summary>Draws codes from the standard normal, and decodes them.</summary>
    /// <param name="model">The autoencoder; it is put in evaluation mode.</param>
    /// <param name="rows">Rows of images: at least 1.</param>
    /// <param name="columns">Columns of images: at least 1.</param>
    /// <param name="seed">Chooses the codes.</param>
    public static ContactSheet Of(VariationalAutoencoder model, int rows = 6, int columns = 16, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        model.Eval();
        var codes = Tensor.RandomNormal([rows * columns, model.Bottleneck], new Generator(seed), device: model.Parameters[0].Value.Device);
        return ContactSheet.Of(model.Decode(codes).ToArray(), columns);
    }
}
