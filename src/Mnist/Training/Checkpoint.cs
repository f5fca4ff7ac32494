using System.Globalization;
using System.Text.Json;
using Quern.Mnist.Models;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Training;

/// <summary>
/// A training run between two epochs, in one safetensors file: the weights, what the optimizer remembers, and the history with its
/// settings. The order of the images follows from seed and epoch, so that training goes on as if it had never stopped.
/// </summary>
public sealed class Checkpoint
{
    /// <summary>The file's name in the folder of a run.</summary>
    public const string FileName = "checkpoint.safetensors";

    private const string HistoryNote = "history";
    private const string DataNote = "data_sha256";
    private const string StepNote = RunNotes.Step;

    private Checkpoint(string path, TrainingHistory history, string dataHash, long stepCount, StateDictionary state)
    {
        Path = path;
        History = history;
        DataHash = dataHash;
        StepCount = stepCount;
        Model = ImageAutoencoder.WithoutOptimizer(state.Tensors);
        Optimizer = state.Tensors
            .Where(named => named.Key.StartsWith(ImageAutoencoder.OptimizerPrefix, StringComparison.Ordinal))
            .ToDictionary(named => named.Key[ImageAutoencoder.OptimizerPrefix.Length..], named => named.Value);
    }

    /// <summary>Where it was read from.</summary>
    public string Path { get; }

    /// <summary>The settings, and the epochs that were finished: at least one.</summary>
    public TrainingHistory History { get; }

    /// <summary>What <see cref="Data.DataSplits.ImageHash"/> gave.</summary>
    public string DataHash { get; }

    /// <summary>The steps that the optimizer had taken.</summary>
    public long StepCount { get; }

    internal IReadOnlyDictionary<string, Tensor> Model { get; }

    internal IReadOnlyDictionary<string, Tensor> Optimizer { get; }

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="path">The file, or the folder of a run.</param>
    /// <exception cref="StateFileException">The file is damaged, or no checkpoint; the message says what is wrong.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static Checkpoint Read(string path)
    {
        string file = Directory.Exists(path) ? System.IO.Path.Combine(path, FileName) : path;
        var state = SafeTensors.Read(file);
        var (kind, options) = StateFileNotes.Read(state, file);
        if (!state.Metadata.TryGetValue(HistoryNote, out string? json)
            || !state.Metadata.TryGetValue(DataNote, out string? dataHash)
            || !state.Metadata.TryGetValue(StepNote, out string? step))
        {
            throw Error(file, $"it has no notes '{HistoryNote}', '{DataNote}' and '{StepNote}'. A model alone cannot be resumed; give the {FileName} beside it.");
        }

        if (!long.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out long stepCount))
        {
            throw Error(file, $"its note '{StepNote}' is no whole number.");
        }

        TrainingHistory history;
        try
        {
            history = TrainingHistory.Parse(json);
        }
        catch (JsonException error)
        {
            throw new StateFileException($"Checkpoint: '{file}' cannot be resumed: its history cannot be read: {error.Message}", error);
        }

        if (history.Problem() is { } problem)
        {
            throw Error(file, $"its history makes no sense: {problem}.");
        }

        if (history.Epochs.Count == 0)
        {
            throw Error(file, "its history has no epochs.");
        }

        // Each epoch takes as many steps; Resume knows how many those are.
        if (stepCount < 1 || stepCount % history.Epochs.Count != 0)
        {
            throw Error(file, string.Create(CultureInfo.InvariantCulture, $"its note '{StepNote}' is {stepCount}, and {history.Epochs.Count} epochs take a multiple of {history.Epochs.Count} steps."));
        }

        // The file does not tell what its weights were in the beginning; nor does a history tell the widths that are the model's own.
        var said = history.Options;
        var held = said with
        {
            Model = kind,
            Network = options with { Initializer = said.Network.Initializer, HiddenWidths = said.Network.HiddenWidths is null ? null : options.HiddenWidths },
        };
        foreach (var (name, byHistory, byWeights) in RunOptions.Differences(said, held))
        {
            throw Error(file, $"its history tells of {name.Replace('_', ' ')} {byHistory}, and its weights and notes of {byWeights}.");
        }

        return new Checkpoint(file, history, dataHash, stepCount, state);
    }

    internal static void Write(string path, ImageAutoencoder model, Optimizer optimizer, TrainingHistory history, string dataHash, IReadOnlyDictionary<string, string> notes)
    {
        var tensors = model.State.Concat(optimizer.State.Select(named => KeyValuePair.Create(ImageAutoencoder.OptimizerPrefix + named.Key, named.Value)));
        SafeTensors.Write(path, tensors, new Dictionary<string, string>(notes) { [DataNote] = dataHash, [HistoryNote] = history.ToJson() });
    }

    private static StateFileException Error(string file, string problem) => new($"Checkpoint: '{file}' cannot be resumed: {problem}");
}
