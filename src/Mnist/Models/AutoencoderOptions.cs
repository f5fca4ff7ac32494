using System.Text.Json.Serialization;

namespace Quern.Mnist.Models;

/// <summary>How an autoencoder is built.</summary>
public sealed record AutoencoderOptions
{
    /// <summary>The size of a code: at least 1.</summary>
    public int Bottleneck { get; init; } = ImageAutoencoder.DefaultBottleneck;

    /// <summary>
    /// The widths of the encoder's hidden layers, each at least 1; the decoder has them in reverse. Null for the model's own. A
    /// <see cref="ConvAutoencoder"/> takes none.
    /// </summary>
    public IReadOnlyList<int>? HiddenWidths { get; init; }

    /// <summary>The activation after each hidden layer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    [JsonConverter(typeof(NameConverter<HiddenActivation>))]
    public HiddenActivation Activation { get; init; }

    /// <summary>Whether each hidden layer is normalised over the batch before its activation. A batch then needs two images.</summary>
    public bool BatchNorm { get; init; }

    /// <summary>The dropout probability behind each hidden activation in training: at least 0, less than 1.</summary>
    public double Dropout { get; init; }

    /// <summary>The function on the code. A <see cref="VariationalAutoencoder"/> takes none, since its code is a normal distribution.</summary>
    [JsonPropertyName("bottleneck_activation")]
    [JsonConverter(typeof(NameConverter<CodeActivation>))]
    public CodeActivation CodeActivation { get; init; }

    /// <summary>The weights that training begins with.</summary>
    [JsonPropertyName("init")]
    [JsonConverter(typeof(NameConverter<WeightInitializer>))]
    public WeightInitializer Initializer { get; init; }

    /// <summary>
    /// The weight of the Kullback-Leibler divergence in the loss of a <see cref="VariationalAutoencoder"/>: a finite number, zero or more.
    /// Others have no such term.
    /// </summary>
    [JsonIgnore]
    public double Beta { get; init; } = 1;

    // Most models have none, and what is not set is not written.
    [JsonInclude]
    [JsonPropertyName("beta")]
    internal double? BetaIfSet
    {
        get => Beta == 1 ? null : Beta;
        init => Beta = value ?? 1;
    }

    internal bool IsInRange() =>
        Bottleneck >= 1 && (HiddenWidths ?? []).All(width => width >= 1) && Dropout is >= 0 and < 1 && Beta is >= 0 and < double.PositiveInfinity;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Bottleneck, 1);
        foreach (int width in HiddenWidths ?? [])
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(width, 1, nameof(HiddenWidths));
        }

        if (!(Dropout is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Dropout), Dropout, $"AutoencoderOptions: Dropout is {Dropout}; it must be at least 0 and less than 1.");
        }

        if (!(Beta >= 0) || double.IsInfinity(Beta))
        {
            throw new ArgumentOutOfRangeException(nameof(Beta), Beta, $"AutoencoderOptions: Beta is {Beta}; it must be a finite number, zero or more.");
        }
    }
}
