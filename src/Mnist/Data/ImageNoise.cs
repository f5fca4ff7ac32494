using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Quern.Tensors;

namespace Quern.Mnist.Data;

/// <summary>Noise on images, for a network that learns to remove it. Written as <c>gaussian:0.3</c>.</summary>
[JsonConverter(typeof(ImageNoiseConverter))]
public sealed record ImageNoise
{
    /// <summary>Describes a noise.</summary>
    /// <param name="kind">What it does.</param>
    /// <param name="amount">How much of it: above 0, and at most 1 except for the deviation of Gaussian noise, which is at most 10.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="amount"/> lies outside its range.</exception>
    public ImageNoise(NoiseKind kind, double amount)
    {
        if (!(amount > 0 && amount <= MaxAmount(kind)))
        {
            throw new ArgumentOutOfRangeException(nameof(amount), amount, $"ImageNoise: the amount is {amount}; for {Names.Of(kind)} it must be above 0 and at most {MaxAmount(kind)}.");
        }

        Kind = kind;
        Amount = amount;
    }

    /// <summary>What it does.</summary>
    public NoiseKind Kind { get; }

    /// <summary>The standard deviation, or how likely a pixel is to be changed.</summary>
    public double Amount { get; }

    /// <summary>Reads <c>gaussian:0.3</c>, <c>masking:0.25</c> or <c>salt-pepper:0.2</c>.</summary>
    /// <param name="text">The kind and the amount with a colon between.</param>
    /// <param name="noise">The noise, if the text is one.</param>
    public static bool TryParse(string? text, out ImageNoise? noise)
    {
        noise = null;
        string[] parts = (text ?? "").Split(':');
        if (parts.Length == 2
            && Names.TryParse(parts[0], out NoiseKind kind)
            && double.TryParse(parts[1], NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double amount)
            && amount > 0 && amount <= MaxAmount(kind))
        {
            noise = new ImageNoise(kind, amount);
        }

        return noise is not null;
    }

    /// <summary>Spoils images.</summary>
    /// <param name="images">Values from 0 to 1, of any shape and on any device; they stay as they are.</param>
    /// <param name="generator">The generator of the noise; it gives a stream, so the same seed gives the same noise on every device.</param>
    /// <returns>The noisy images: values from 0 to 1.</returns>
    public Tensor AddTo(Tensor images, Generator generator) => new NoiseMaker(this).AddTo(images, generator).Clone();

    /// <summary>The kind and the amount with a colon between.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Names.Of(Kind)}:{Amount}");

    private static double MaxAmount(NoiseKind kind) => kind == NoiseKind.Gaussian ? 10 : 1;

    internal sealed class ImageNoiseConverter : JsonConverter<ImageNoise>
    {
        public override ImageNoise? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var noise)
                ? noise
                : throw new JsonException("A noise is written as kind:amount, such as gaussian:0.3.");

        public override void Write(Utf8JsonWriter writer, ImageNoise value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
