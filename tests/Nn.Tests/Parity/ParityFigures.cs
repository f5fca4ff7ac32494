using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Quern.Nn.Tests.Parity;

/// <summary>What PyTorch computed: the files that tests/parity/make_figures.py writes, in the safetensors format.</summary>
internal sealed class ParityFigures
{
    private readonly Dictionary<string, double[]> _tensors = [];

    private ParityFigures(byte[] file)
    {
        int headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, headerLength));
        foreach (JsonProperty tensor in header.RootElement.EnumerateObject())
        {
            Assert.Equal("F64", tensor.Value.GetProperty("dtype").GetString());
            JsonElement offsets = tensor.Value.GetProperty("data_offsets");
            Range range = (8 + headerLength + offsets[0].GetInt32())..(8 + headerLength + offsets[1].GetInt32());
            _tensors.Add(tensor.Name, MemoryMarshal.Cast<byte, double>(file.AsSpan(range)).ToArray());
        }
    }

    public IEnumerable<string> Names => _tensors.Keys;

    public double[] this[string name] => _tensors[name];

    public static ParityFigures Read(string name, [CallerFilePath] string here = "") =>
        new(File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(here)!, name)));

    /// <summary>How far numbers are from PyTorch's: |numbers - figure| / |figure|, by Euclidean norm.</summary>
    public double Distance(string name, ReadOnlySpan<float> numbers)
    {
        double[] figure = this[name];
        Assert.Equal(figure.Length, numbers.Length);
        double differences = 0;
        for (int i = 0; i < figure.Length; i++)
        {
            differences += Math.Pow(numbers[i] - figure[i], 2);
        }

        return differences == 0 ? 0 : Math.Sqrt(differences / figure.Sum(value => value * value));
    }

    /// <summary>
    /// The same for a tensor that may be kept as projections on random signs: the mean of the squared projections of a
    /// difference estimates its squared norm, with 64 of them to about a tenth.
    /// </summary>
    public double DigestDistance(string name, ReadOnlySpan<float> numbers)
    {
        if (_tensors.ContainsKey($"{name}.whole"))
        {
            return Distance($"{name}.whole", numbers);
        }

        double[] projections = this[$"{name}.projections"];
        double squares = 0;
        for (uint i = 0; i < projections.Length; i++)
        {
            squares += Math.Pow(ParityFormulas.Project(1000 + i, numbers) - projections[i], 2);
        }

        return Math.Sqrt(squares / projections.Length) / this[$"{name}.norm"][0];
    }
}
