namespace Quern.Benchmarks;

/// <summary>A matrix product to measure: result[m, n] = left[m, k] · right[k, n], an operand stored transposed where it says so.</summary>
public sealed record Product(string Name, int M, int N, int K, bool TransposeLeft = false, bool TransposeRight = false)
{
    // The autoencoder's layers: name, inputs, outputs.
    private static readonly (string Name, int Inputs, int Outputs)[] Layers =
    [
        ("encoder_fc1", 784, 256), ("encoder_fc2", 256, 64), ("encoder_fc3", 64, 32),
        ("decoder_fc1", 32, 64), ("decoder_fc2", 64, 256), ("decoder_fc3", 256, 784),
    ];

    /// <summary>Floating-point operations: a multiplication and an addition for each of m·n·k.</summary>
    public double Flops => 2.0 * M * N * K;

    /// <summary>Operands and result as the library's names have it: 128x256x784, and what is transposed.</summary>
    public string Sizes => $"{M}x{N}x{K}{(TransposeLeft ? " leftᵀ" : "")}{(TransposeRight ? " rightᵀ" : "")}";

    /// <summary>A square product.</summary>
    public static Product Square(int size) => new($"{size}³", size, size, size);

    /// <summary>The products of one training step of the autoencoder: six forward, six weight gradients, five input gradients.</summary>
    public static IEnumerable<Product> TrainingStep(int batch) =>
    [
        .. Layers.Select(layer => new Product($"{layer.Name} forward", batch, layer.Outputs, layer.Inputs, TransposeRight: true)),
        .. Layers.Select(layer => new Product($"{layer.Name} weight gradient", layer.Outputs, layer.Inputs, batch, TransposeLeft: true)),
        .. Layers.Skip(1).Select(layer => new Product($"{layer.Name} input gradient", batch, layer.Inputs, layer.Outputs)),
    ];

    /// <inheritdoc/>
    public override string ToString() => Name;
}
