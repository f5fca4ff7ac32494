using System.Text.Json;
using System.Text.Json.Serialization;
using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Nn;

namespace Quern.Mnist.Training;

/// <summary>What a training run was asked to do and how its losses went: the content of <c>history.json</c>.</summary>
public sealed record TrainingHistory
{
    /// <summary>Name of the data set, such as <c>mnist</c> or <c>synthetic</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>The folder that the images were read from, as a full path; null where they were downloaded or drawn.</summary>
    public string? Data { get; init; }

    /// <summary>Whether rows and columns of the folder's images were exchanged as they were read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool TransposeImages { get; init; }

    /// <summary>What was taken for the ink of the folder's pictures.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    [JsonConverter(typeof(NameConverter<Ink>))]
    public Ink Ink { get; init; }

    /// <summary>The device that did the arithmetic, such as <c>cpu</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Threads that worked, the main one counted.</summary>
    public required int Threads { get; init; }

    /// <summary>Processes that trained together, each with so many threads; null for one.</summary>
    public int? Processes { get; init; }

    /// <summary>Seed of the initial weights and of the order of the images.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The settings that decide the losses.</summary>
    public required RunOptions Options { get; init; }

    /// <summary>The epochs that were finished, in order.</summary>
    public required IReadOnlyList<EpochResult> Epochs { get; init; }

    /// <summary>Where the time of the epochs went; null where it was not noted.</summary>
    public TrainingTimes? Times { get; init; }

    /// <summary>What was measured in the end; null in a checkpoint.</summary>
    public TrainingFigures? Figures { get; init; }

    // Whether so many epochs since the best one brought no lower validation loss as end a run.
    [JsonIgnore]
    internal bool HasRunOutOfPatience =>
        Options.Training.Patience is { } patience && Epochs.Count > 0 && Epochs.Count - Epochs.MinBy(epoch => epoch.ValidationLoss)!.Epoch >= patience;

    /// <summary>Reads a history back.</summary>
    /// <param name="stream">A stream of UTF-8 JSON, as <see cref="Write"/> makes it.</param>
    /// <exception cref="JsonException">The text is not JSON, or a property is missing or of the wrong kind.</exception>
    public static TrainingHistory Read(Stream stream) =>
        JsonSerializer.Deserialize(stream, HistoryJson.Default.TrainingHistory)
        ?? throw new JsonException("TrainingHistory.Read: the file holds null; expected an object with dataset, device, threads, seed, options and epochs.");

    internal static TrainingHistory Parse(string json) =>
        JsonSerializer.Deserialize(json, HistoryJson.Default.TrainingHistory) ?? throw new JsonException("TrainingHistory: the text holds null.");

    internal string ToJson() => JsonSerializer.Serialize(this, HistoryJson.Default.TrainingHistory);

    // What no run can have left, or null. JSON lets anything through that has the right kind.
    internal string? Problem() =>
        Dataset is null || Device is null || Options is null || Epochs is null || Epochs.Contains(null!) ? "a part of it is null"
        : !Options.IsInRange() ? "an option lies outside its range"
        : Epochs.Count > RunOptions.MaxEpochs ? $"it has {Epochs.Count} epochs, and {RunOptions.MaxEpochs} are the most"
        : Epochs.Where((epoch, i) => epoch.Epoch != i + 1).Any() ? "its epochs are not numbered from 1"
        : Epochs.Any(epoch => !epoch.IsFinite) || !double.IsFinite(Times?.Total ?? 0) ? "a figure of an epoch is infinite or no number"
        : null;

    /// <summary>Writes the history as indented JSON in UTF-8. Numbers that are not finite are written as the strings "NaN", "Infinity" and "-Infinity".</summary>
    /// <param name="stream">Where the text goes; it is left open.</param>
    public void Write(Stream stream)
    {
        JsonSerializer.Serialize(stream, this, HistoryJson.Default.TrainingHistory);
        stream.Write("\n"u8);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    WriteIndented = true,
    IndentSize = 2,
    NewLine = "\n")]
[JsonSerializable(typeof(TrainingHistory))]
[JsonSerializable(typeof(RunOptions))]
[JsonSerializable(typeof(RunModel))]
[JsonSerializable(typeof(TrainerOptions))]
[JsonSerializable(typeof(AutoencoderOptions))]
internal sealed partial class HistoryJson : JsonSerializerContext;
