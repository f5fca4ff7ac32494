using System.Text.Json;
using System.Text.Json.Serialization;
using Quern.Mnist.Models;

namespace Quern.Mnist.Training;

/// <summary>The settings of a run that decide its losses, beside its data and seed. Named in <c>history.json</c> as on the command line.</summary>
[JsonConverter(typeof(RunOptionsConverter))]
public sealed record RunOptions
{
    /// <summary>The most epochs of a run: its history is written with every checkpoint.</summary>
    public const int MaxEpochs = 100_000;

    /// <summary>Which autoencoder.</summary>
    public ModelKind Model { get; init; }

    /// <summary>How the network is built.</summary>
    public AutoencoderOptions Network { get; init; } = new();

    /// <summary>How it is trained. A run has at most <see cref="MaxEpochs"/> epochs.</summary>
    public TrainerOptions Training { get; init; } = new();

    // Whether every number lies within its range; JSON lets anything through that has the right kind.
    internal bool IsInRange() => Network is not null && Training is not null && Network.IsInRange() && Training.IsInRange() && Training.Epochs <= MaxEpochs;

    /// <summary>The settings by name, as <c>history.json</c> has them; those that are not set are left out.</summary>
    internal Dictionary<string, string> Named() =>
        JsonSerializer.SerializeToElement(this, HistoryJson.Default.RunOptions).EnumerateObject().ToDictionary(setting => setting.Name, setting => Text(setting.Value));

    /// <summary>The settings in which two runs differ, by name; <c>none</c> for one that is not set.</summary>
    internal static IEnumerable<(string Name, string First, string Second)> Differences(RunOptions first, RunOptions second)
    {
        var (one, other) = (first.Named(), second.Named());
        foreach (string name in one.Keys.Union(other.Keys))
        {
            string left = one.GetValueOrDefault(name, "none"), right = other.GetValueOrDefault(name, "none");
            if (left != right)
            {
                yield return (name, left, right);
            }
        }
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join(',', value.EnumerateArray()),
        _ => value.GetRawText(),
    };
}

/// <summary>Which autoencoder, how it is trained and how it is built, as one object: no two of their properties have the same name.</summary>
internal sealed class RunOptionsConverter : JsonConverter<RunOptions>
{
    public override RunOptions Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        // Each part passes over the properties of the others.
        JsonElement json = JsonElement.ParseValue(ref reader);
        return new()
        {
            Model = json.Deserialize(HistoryJson.Default.RunModel)!.Model,
            Training = json.Deserialize(HistoryJson.Default.TrainerOptions)!,
            Network = json.Deserialize(HistoryJson.Default.AutoencoderOptions)!,
        };
    }

    public override void Write(Utf8JsonWriter writer, RunOptions value, JsonSerializerOptions options)
    {
        JsonElement[] parts =
        [
            JsonSerializer.SerializeToElement(value.Training, HistoryJson.Default.TrainerOptions),
            JsonSerializer.SerializeToElement(new RunModel { Model = value.Model }, HistoryJson.Default.RunModel),
            JsonSerializer.SerializeToElement(value.Network, HistoryJson.Default.AutoencoderOptions),
        ];
        writer.WriteStartObject();
        foreach (JsonProperty property in parts.SelectMany(part => part.EnumerateObject()))
        {
            property.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}

/// <summary>Which autoencoder, as a part of the options in JSON.</summary>
internal sealed record RunModel
{
    [JsonConverter(typeof(NameConverter<ModelKind>))]
    public ModelKind Model { get; init; }
}
