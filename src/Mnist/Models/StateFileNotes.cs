using System.Globalization;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Models;

/// <summary>What the notes of a file of weights say about its network, and what its tensors say.</summary>
/// <remarks>
/// Sizes come from tensors that are there, never from notes, so that no file can ask for more than it holds; a note that says
/// otherwise is an error.
/// </remarks>
internal static class StateFileNotes
{
    private const string Architecture = "architecture";
    private const string Bottleneck = "bottleneck";
    private const string HiddenWidths = "hidden_widths";
    private const string Activation = "activation";
    private const string BatchNorm = "batch_norm";
    private const string Dropout = "dropout";
    private const string CodeActivation = "bottleneck_activation";
    private const string Beta = "beta";

    private const int MaxShown = 100;

    private static readonly (string Note, ModelKind Kind)[] Architectures =
    [
        ("mnist-autoencoder", ModelKind.Mlp),
        ("mnist-conv-autoencoder", ModelKind.Conv),
        ("mnist-variational-autoencoder", ModelKind.Vae),
    ];

    /// <summary>The notes of a network.</summary>
    public static IReadOnlyDictionary<string, string> Of(ImageAutoencoder model)
    {
        var options = model.Options;
        Dictionary<string, string> notes = new()
        {
            [Architecture] = Architectures.First(known => known.Kind == model.Kind).Note,
            [Bottleneck] = Text(options.Bottleneck),
            [HiddenWidths] = Text(model.HiddenWidths),
            [Activation] = Names.Of(options.Activation),
            [BatchNorm] = Text(options.BatchNorm),
            [Dropout] = Text(options.Dropout),
            [CodeActivation] = Names.Of(options.CodeActivation),
        };
        if (model.Kind == ModelKind.Vae)
        {
            notes[Beta] = Text(options.Beta);
        }

        return notes;
    }

    /// <summary>Which network a file holds, and how it is built.</summary>
    /// <exception cref="StateFileException">It holds no autoencoder, or its notes do not fit its tensors.</exception>
    public static (ModelKind Kind, AutoencoderOptions Options) Read(StateDictionary state, string path)
    {
        ModelKind kind = ReadKind(state, path);
        (int[] widths, int bottleneck) = ReadSizes(kind, state, path);
        AutoencoderOptions options = new()
        {
            Bottleneck = bottleneck,
            HiddenWidths = kind == ModelKind.Conv ? null : widths,
            Activation = ReadName<HiddenActivation>(state, path, Activation),
            BatchNorm = state.Tensors.ContainsKey("encoder_bn1.weight"),
            Dropout = ReadNumber(state, path, Dropout, 0, value => value is >= 0 and < 1, "at least 0 and less than 1"),
            CodeActivation = ReadName<CodeActivation>(state, path, CodeActivation),
            Beta = ReadNumber(state, path, Beta, 1, value => value >= 0 && double.IsFinite(value), "zero or more"),
        };
        if (kind == ModelKind.Vae && options.CodeActivation != Models.CodeActivation.None)
        {
            throw Error(path, $"its note '{CodeActivation}' is '{Names.Of(options.CodeActivation)}', and the code of a variational autoencoder has none");
        }

        CheckNote(state, path, Bottleneck, Text(bottleneck));
        CheckNote(state, path, HiddenWidths, Text(widths));
        CheckNote(state, path, BatchNorm, Text(options.BatchNorm));
        return (kind, options);
    }

    private static ModelKind ReadKind(StateDictionary state, string path)
    {
        if (!state.Metadata.TryGetValue(Architecture, out string? note))
        {
            return ModelKind.Mlp;
        }

        foreach (var (known, kind) in Architectures)
        {
            if (known == note)
            {
                return kind;
            }
        }

        throw Error(path, $"its note '{Architecture}' is '{Clip(note)}', not one of {string.Join(", ", Architectures.Select(known => $"'{known.Note}'"))}");
    }

    private static (int[] Widths, int Bottleneck) ReadSizes(ModelKind kind, StateDictionary state, string path)
    {
        if (kind == ModelKind.Conv)
        {
            return ([], ReadOutputs(state, path, "encoder_fc", ConvAutoencoder.Features));
        }

        List<int> widths = [ImageAutoencoder.Pixels];
        for (int i = 1; i == 1 && kind == ModelKind.Mlp || state.Tensors.ContainsKey($"encoder_fc{i}.weight"); i++)
        {
            widths.Add(ReadOutputs(state, path, $"encoder_fc{i}", widths[^1]));
        }

        return kind == ModelKind.Mlp
            ? ([.. widths[1..^1]], widths[^1])
            : ([.. widths[1..]], ReadOutputs(state, path, "encoder_mean", widths[^1]));
    }

    private static int ReadOutputs(StateDictionary state, string path, string layer, int inputs) =>
        state.Tensors.TryGetValue($"{layer}.weight", out Tensor? weight) && weight.Rank == 2 && weight.Shape[1] == inputs && weight.Shape[0] > 0
            ? weight.Shape[0]
            : throw Error(path, $"it has no tensor '{layer}.weight' of shape [outputs, {inputs}]");

    private static T ReadName<T>(StateDictionary state, string path, string note)
        where T : struct, Enum =>
        !state.Metadata.TryGetValue(note, out string? text) ? default
        : Names.TryParse(text, out T member) ? member
        : throw Error(path, $"its note '{note}' is '{Clip(text)}', not one of {string.Join(", ", Names.All<T>())}");

    private static double ReadNumber(StateDictionary state, string path, string note, double otherwise, Func<double, bool> isInRange, string range) =>
        !state.Metadata.TryGetValue(note, out string? text) ? otherwise
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && isInRange(value) ? value
        : throw Error(path, $"its note '{note}' is '{Clip(text)}', not a number that is {range}");

    private static void CheckNote(StateDictionary state, string path, string note, string byTensors)
    {
        if (state.Metadata.TryGetValue(note, out string? text) && text != byTensors)
        {
            throw Error(path, $"its note '{note}' is '{Clip(text)}', and by its tensors it is '{Clip(byTensors)}'");
        }
    }

    private static StateFileException Error(string path, string problem) =>
        new($"Autoencoder: '{path}' holds another network: {problem}. Give the model.safetensors of a run.");

    private static string Clip(string text) => text[..Math.Min(text.Length, MaxShown)];

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(bool value) => value ? "true" : "false";

    private static string Text(IEnumerable<int> values) => string.Join(',', values.Select(Text));
}
