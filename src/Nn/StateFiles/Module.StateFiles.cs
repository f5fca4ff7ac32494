using Quern.Tensors;

namespace Quern.Nn;

// Weights to files and back.
public abstract partial class Module
{
    // How many names an error lists of each kind.
    private const int MaxNamesListed = 20;

    /// <summary>The tensors that state files keep, under their names: parameters and buffers.</summary>
    /// <remarks>They are those that training changes: <see cref="Tensor.Clone"/> what must last.</remarks>
    public IEnumerable<KeyValuePair<string, Tensor>> State =>
        NamedParameters.Select(named => KeyValuePair.Create(named.Key, named.Value.Value))
            .Concat(NamedBuffers.Select(named => KeyValuePair.Create(named.Key, named.Value.Value)));

    /// <summary>Saves the parameters and buffers in the safetensors format, under their names. Whole or not at all: a failure leaves what was there before.</summary>
    /// <param name="path">The file to make or replace. Its folder must exist.</param>
    /// <param name="metadata">Notes to keep in the file.</param>
    /// <exception cref="IOException">The folder is missing, full or not writable.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder may not be written.</exception>
    public void Save(string path, IEnumerable<KeyValuePair<string, string>>? metadata = null) =>
        SafeTensors.Write(path, State, metadata);

    /// <summary>Loads the parameters and buffers from a safetensors file, in place: optimizers stay valid.</summary>
    /// <param name="path">The file.</param>
    /// <param name="strict">False leaves alone what the file lacks, and passes over names that the module lacks, whatever is stored under them.</param>
    /// <returns>The notes that the file keeps.</returns>
    /// <exception cref="StateFileException">
    /// The file is damaged, or its names or shapes are not the module's; the message lists them, and nothing was changed.
    /// </exception>
    /// <exception cref="IOException">There is no such file, or it cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public IReadOnlyDictionary<string, string> Load(string path, bool strict = true)
    {
        HashSet<string>? names = strict ? null : [.. State.Select(named => named.Key)];
        StateDictionary state = SafeTensors.Read(path, names is null ? null : names.Contains);
        Load(state.Tensors, strict, $"'{path}'");
        return state.Metadata;
    }

    /// <summary>Loads the parameters and buffers from tensors, in place.</summary>
    /// <param name="tensors">The tensors by the name of the parameter or buffer, on any device.</param>
    /// <param name="strict">False leaves alone what has no tensor, and passes over names that the module lacks.</param>
    /// <exception cref="StateFileException">
    /// The names or shapes are not the module's; the message lists them, and nothing was changed.
    /// </exception>
    public void Load(IReadOnlyDictionary<string, Tensor> tensors, bool strict = true)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        Load(tensors, strict, "the dictionary");
    }

    private static void AddProblem(List<string> problems, string problem, List<string> names)
    {
        if (names.Count > 0)
        {
            string more = names.Count > MaxNamesListed ? $" and {names.Count - MaxNamesListed} more" : string.Empty;
            problems.Add($"{problem} {string.Join(", ", names.Take(MaxNamesListed))}{more}");
        }
    }

    private void Load(IReadOnlyDictionary<string, Tensor> tensors, bool strict, string source)
    {
        KeyValuePair<string, Tensor>[] state = [.. State];
        List<string> missing = [];
        List<string> misshapen = [];
        foreach ((string name, Tensor value) in state)
        {
            Shape shape = value.Shape;
            if (!tensors.TryGetValue(name, out Tensor? tensor))
            {
                missing.Add($"{name} {shape}");
            }
            else if (tensor.Shape != shape)
            {
                misshapen.Add($"{name} {tensor.Shape} where the module has {shape}");
            }
        }

        List<string> problems = [];
        if (strict)
        {
            HashSet<string> known = [.. state.Select(named => named.Key)];
            AddProblem(problems, "missing:", missing);
            AddProblem(problems, "unexpected:", [.. tensors.Where(named => !known.Contains(named.Key)).Select(named => $"{named.Key} {named.Value.Shape}")]);
        }

        AddProblem(problems, "misshapen:", misshapen);
        if (problems.Count > 0)
        {
            string remedy = misshapen.Count > 0 ? "Make the module with the sizes of the file." : "strict: false loads what is there.";
            throw new StateFileException($"Load: {source} does not fit {GetType().Name}; {string.Join("; ", problems)}. {remedy}");
        }

        foreach ((string name, Tensor value) in state)
        {
            if (tensors.TryGetValue(name, out Tensor? tensor))
            {
                value.CopyFrom(tensor);
            }
        }
    }
}
