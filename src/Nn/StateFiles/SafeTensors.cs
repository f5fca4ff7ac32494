using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// The safetensors format, which PyTorch's and other tools share: 8 bytes with the length of a header, the header in JSON,
/// the numbers. Source: github.com/huggingface/safetensors, the section Format.
/// </summary>
/// <remarks>
/// Writes float32. Reads F32, F64, F16, BF16, F8_E5M2, F8_E4M3, I64, I32, I16, I8, U64, U32, U16, U8 and BOOL as float32. A file is not trusted:
/// whatever its bytes, it is read or refused, in memory proportional to its length.
/// </remarks>
public static class SafeTensors
{
    private const string MetadataName = "__metadata__";

    // Names and lengths of the reference implementation.
    private const int LengthBytes = sizeof(ulong);
    private const int HeaderAlignment = 8;
    private const int MaxHeaderBytes = 100_000_000;

    private const int MaxNameShown = 100;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="StateFileException">The file is damaged, or holds what cannot be read; the message says what.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static StateDictionary Read(string path) => Read(path, isWanted: null);

    /// <summary>Reads a stream from its position to its end.</summary>
    /// <param name="stream">A stream. One that cannot seek, such as a pipe, is read into memory first: at most 2 GB.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="StateFileException">The content is damaged, or cannot be read; the message says what.</exception>
    public static StateDictionary Read(Stream stream, string name = "stream") => Read(stream, name, isWanted: null);

    /// <summary>Writes a file, whole or not at all: a failure leaves what was there before.</summary>
    /// <param name="path">The file to make or replace. Its folder must exist.</param>
    /// <param name="tensors">The tensors with their names, on any device.</param>
    /// <param name="metadata">Notes to keep in the file.</param>
    /// <exception cref="ArgumentException">
    /// A name comes twice, is <c>__metadata__</c> or no valid text; or a note comes twice, is null or no valid text. Nothing was written.
    /// </exception>
    /// <exception cref="IOException">The folder is missing, full or not writable.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder may not be written.</exception>
    public static void Write(
        string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IEnumerable<KeyValuePair<string, string>>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        KeyValuePair<string, Tensor>[] sorted = SortTensors(tensors);
        byte[] header = Header(sorted, SortNotes(metadata));
        AtomicFile.Write(path, stream => Write(stream, header, sorted));
    }

    /// <summary>Writes to a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="tensors">The tensors with their names, on any device.</param>
    /// <param name="metadata">Notes to keep.</param>
    /// <exception cref="ArgumentException">
    /// A name comes twice, is <c>__metadata__</c> or no valid text; or a note comes twice, is null or no valid text. Nothing was written.
    /// </exception>
    public static void Write(
        Stream stream, IEnumerable<KeyValuePair<string, Tensor>> tensors, IEnumerable<KeyValuePair<string, string>>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        KeyValuePair<string, Tensor>[] sorted = SortTensors(tensors);
        Write(stream, Header(sorted, SortNotes(metadata)), sorted);
    }

    /// <summary>Reads those tensors of a file that are wanted, by their names, or all. The others may be of kinds that cannot be read.</summary>
    internal static StateDictionary Read(string path, Func<string, bool>? isWanted)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path, isWanted);
    }

    private static StateDictionary Read(Stream stream, string name, Func<string, bool>? isWanted)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            return ReadContent(SeekableStream.Of(stream), isWanted);
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException or InvalidOperationException or ShapeException or EndOfStreamException)
        {
            string reason = exception is JsonException or InvalidOperationException ? $"its header is no valid JSON: {exception.Message}" : exception.Message;
            throw new StateFileException($"SafeTensors: '{name}' cannot be read: {reason}", exception);
        }
    }

    private static void Write(Stream stream, byte[] header, KeyValuePair<string, Tensor>[] tensors)
    {
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (KeyValuePair<string, Tensor> named in tensors)
        {
            StoredNumber.WriteFloat32(stream, named.Value);
        }
    }

    // What no reader would take is refused before a byte is written.
    private static KeyValuePair<string, Tensor>[] SortTensors(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        KeyValuePair<string, Tensor>[] sorted = [.. tensors.OrderBy(named => named.Key, StringComparer.Ordinal)];
        for (int i = 0; i < sorted.Length; i++)
        {
            (string name, Tensor tensor) = sorted[i];
            string? problem = name is null ? "of a tensor is null"
                : !IsText(name) ? $"'{Printable(name)}' has half of a surrogate pair, which is no character"
                : name == MetadataName ? $"'{name}' is the format's own"
                : i > 0 && name == sorted[i - 1].Key ? $"'{Clip(name)}' is given to two tensors"
                : null;
            if (problem is not null)
            {
                throw new ArgumentException($"SafeTensors: the name {problem}. Choose another.", nameof(tensors));
            }

            if (tensor is null)
            {
                throw new ArgumentException($"SafeTensors: the tensor '{Clip(name!)}' is null. Leave it out.", nameof(tensors));
            }
        }

        return sorted;
    }

    private static KeyValuePair<string, string>[] SortNotes(IEnumerable<KeyValuePair<string, string>>? metadata)
    {
        KeyValuePair<string, string>[] sorted = [.. (metadata ?? []).OrderBy(note => note.Key, StringComparer.Ordinal)];
        for (int i = 0; i < sorted.Length; i++)
        {
            (string name, string text) = sorted[i];
            string? problem = name is null ? "a note has a name that is null. Choose another"
                : !IsText(name) ? $"the name '{Printable(name)}' of a note has half of a surrogate pair, which is no character. Choose another"
                : i > 0 && name == sorted[i - 1].Key ? $"the name '{Clip(name)}' is given to two notes. Choose another"
                : text is null ? $"the note '{Clip(name)}' is null. Leave it out"
                : !IsText(text) ? $"the note '{Clip(name)}' has half of a surrogate pair, which is no character. Leave it out"
                : null;
            if (problem is not null)
            {
                throw new ArgumentException($"SafeTensors: {problem}.", nameof(metadata));
            }
        }

        return sorted;
    }

    // UTF-8, in which the header is written, has no halves of surrogate pairs.
    private static bool IsText(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i])))
            {
                return false;
            }
        }

        return true;
    }

    private static string Printable(string name) => string.Concat(Clip(name).Select(c => char.IsSurrogate(c) ? $"\\u{(int)c:x4}" : c.ToString()));

    private static byte[] Header(KeyValuePair<string, Tensor>[] tensors, KeyValuePair<string, string>[] notes)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            if (notes.Length > 0)
            {
                json.WriteStartObject(MetadataName);
                foreach (KeyValuePair<string, string> note in notes)
                {
                    json.WriteString(note.Key, note.Value);
                }

                json.WriteEndObject();
            }

            long offset = 0;
            foreach (KeyValuePair<string, Tensor> named in tensors)
            {
                json.WriteStartObject(named.Key);
                json.WriteString("dtype", StoredNumber.Float32.SafeTensorsName);
                json.WriteStartArray("shape");
                foreach (int axis in named.Value.Shape)
                {
                    json.WriteNumberValue(axis);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                offset += named.Value.ElementCount * StoredNumber.Float32.Size;
                json.WriteNumberValue(offset);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Spaces behind the JSON, so that the numbers are aligned.
        int padding = -buffer.WrittenCount & (HeaderAlignment - 1);
        buffer.GetSpan(HeaderAlignment)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        if (buffer.WrittenCount > MaxHeaderBytes)
        {
            throw new ArgumentException(
                $"SafeTensors: names, shapes and notes take {buffer.WrittenCount} bytes; readers take at most {MaxHeaderBytes}. Use fewer or shorter ones.", nameof(tensors));
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static StateDictionary ReadContent(Stream stream, Func<string, bool>? isWanted)
    {
        long available = stream.Length - stream.Position;
        if (available < LengthBytes)
        {
            throw new InvalidDataException($"it has {available} bytes; the shortest safetensors file has more. Is the file complete?");
        }

        Span<byte> lengthBytes = stackalloc byte[LengthBytes];
        stream.ReadExactly(lengthBytes);
        available -= LengthBytes;
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (length > (ulong)Math.Min(available, MaxHeaderBytes))
        {
            throw new InvalidDataException(
                $"its header is {length} bytes long by its own account; {available} bytes follow, and {MaxHeaderBytes} are the most. It is cut off, or no safetensors file.");
        }

        byte[] header = new byte[length];
        stream.ReadExactly(header);
        available -= header.Length;
        (List<Entry> entries, Dictionary<string, string> metadata) = ParseHeader(header, isWanted);

        // In the order of the numbers: each tensor begins where the one before ends.
        entries.Sort((left, right) => (left.Begin, left.End).CompareTo((right.Begin, right.End)));
        long end = 0;
        foreach (Entry entry in entries)
        {
            if (entry.Begin != end)
            {
                throw TensorError(
                    entry.Name, $"begins at byte {entry.Begin} of the numbers, and what lies before it ends at {end}; tensors may neither overlap nor leave gaps.");
            }

            end = entry.End;
        }

        if (end != available)
        {
            throw new InvalidDataException($"its header describes {end} bytes of numbers, and {available} are there. Is the file complete?");
        }

        Dictionary<string, Tensor> tensors = new(entries.Count);
        foreach (Entry entry in entries)
        {
            if (entry.Number is null)
            {
                stream.Position += entry.End - entry.Begin;
            }
            else
            {
                tensors.Add(entry.Name, entry.Number.Read(stream, entry.Shape));
            }
        }

        return new StateDictionary(tensors, metadata);
    }

    private static (List<Entry> Entries, Dictionary<string, string> Metadata) ParseHeader(ReadOnlySpan<byte> header, Func<string, bool>? isWanted)
    {
        if (header.IsEmpty || header[0] != '{')
        {
            throw new InvalidDataException("its header does not begin with '{'; it is no safetensors file.");
        }

        List<Entry> entries = [];
        Dictionary<string, string>? metadata = null;
        HashSet<string> names = [];
        Utf8JsonReader json = new(header, new JsonReaderOptions { MaxDepth = 8 });
        json.Read();
        while (ReadName(ref json) is { } name)
        {
            if (!names.Add(name))
            {
                throw new InvalidDataException($"the name '{Clip(name)}' comes twice in its header.");
            }

            if (name == MetadataName)
            {
                metadata = ParseMetadata(ref json);
            }
            else
            {
                entries.Add(ParseEntry(ref json, name, isWanted is null || isWanted(name)));
            }
        }

        // Anything but white space behind the last brace is an error, which the reader finds.
        json.Read();
        return (entries, metadata ?? []);
    }

    private static Dictionary<string, string> ParseMetadata(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
        {
            return [];
        }

        ExpectHere(ref json, JsonTokenType.StartObject, MetadataName);
        Dictionary<string, string> metadata = [];
        while (ReadName(ref json) is { } name)
        {
            Expect(ref json, JsonTokenType.String, name);
            if (!metadata.TryAdd(name, json.GetString()!))
            {
                throw new InvalidDataException($"the name '{Clip(name)}' comes twice in its metadata.");
            }
        }

        return metadata;
    }

    private static Entry ParseEntry(ref Utf8JsonReader json, string name, bool isWanted)
    {
        Expect(ref json, JsonTokenType.StartObject, name);
        string? dtype = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (ReadName(ref json) is { } property)
        {
            bool again = property switch
            {
                "dtype" => dtype is not null,
                "shape" => shape is not null,
                "data_offsets" => offsets is not null,
                _ => false,
            };
            if (again)
            {
                throw TensorError(name, $"has {property} twice.");
            }

            switch (property)
            {
                case "dtype":
                    Expect(ref json, JsonTokenType.String, name);
                    dtype = json.GetString()!;
                    break;
                case "shape":
                    shape = ParseNumbers(ref json, name, property, isWanted ? Shape.MaxRank : int.MaxValue);
                    break;
                case "data_offsets":
                    offsets = ParseNumbers(ref json, name, property, 2);
                    break;
                default:
                    json.Read();
                    json.Skip();
                    break;
            }
        }

        if (dtype is null || shape is null || offsets is not { Count: 2 })
        {
            throw TensorError(name, "lacks its dtype, its shape or its two data_offsets.");
        }

        long begin = offsets[0];
        long end = offsets[1];
        if (!isWanted)
        {
            return begin <= end ? new Entry(name, null, [], begin, end) : throw TensorError(name, $"has the data_offsets [{begin}, {end}], which end before they begin.");
        }

        StoredNumber number = Find(name, dtype);
        Shape axes = ToShape(name, shape);
        if (begin > end || axes.ElementCount > long.MaxValue / number.Size || end - begin != axes.ElementCount * number.Size)
        {
            throw TensorError(
                name,
                $"has the data_offsets [{begin}, {end}], and its shape {axes} of {number.SafeTensorsName} makes {(Int128)axes.ElementCount * number.Size} bytes; they must agree.");
        }

        return new Entry(name, number, axes, begin, end);
    }

    private static Shape ToShape(string name, List<long> lengths)
    {
        int[] axes = new int[lengths.Count];
        for (int axis = 0; axis < axes.Length; axis++)
        {
            if (lengths[axis] > int.MaxValue)
            {
                throw TensorError(name, $"has an axis of length {lengths[axis]}; at most {int.MaxValue} can be read.");
            }

            axes[axis] = (int)lengths[axis];
        }

        return axes;
    }

    private static StoredNumber Find(string tensor, string dtype)
    {
        foreach (StoredNumber number in StoredNumber.All)
        {
            if (number.SafeTensorsName == dtype)
            {
                return number;
            }
        }

        throw TensorError(
            tensor, $"has dtype '{Clip(dtype)}'; those that can be read are {string.Join(", ", StoredNumber.All.Select(number => number.SafeTensorsName))}.");
    }

    private static List<long> ParseNumbers(ref Utf8JsonReader json, string tensor, string property, int most)
    {
        Expect(ref json, JsonTokenType.StartArray, tensor);
        List<long> numbers = [];
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out long number) || number < 0)
            {
                throw TensorError(tensor, $"has a {property} that is not all whole numbers from 0 to {long.MaxValue}.");
            }

            if (numbers.Count == most)
            {
                throw TensorError(tensor, $"has a {property} of more than {most} numbers.");
            }

            numbers.Add(number);
        }

        return numbers;
    }

    // The next name of an object, or null at its end.
    private static string? ReadName(ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType == JsonTokenType.PropertyName ? json.GetString() : null;
    }

    private static void Expect(ref Utf8JsonReader json, JsonTokenType token, string name)
    {
        json.Read();
        ExpectHere(ref json, token, name);
    }

    private static void ExpectHere(ref Utf8JsonReader json, JsonTokenType token, string name)
    {
        if (json.TokenType != token)
        {
            throw new InvalidDataException($"its header has {json.TokenType} under '{Clip(name)}', where {token} belongs.");
        }
    }

    private static InvalidDataException TensorError(string name, string problem) => new($"tensor '{Clip(name)}' {problem}");

    // A name may be as long as the file; a message must not.
    private static string Clip(string name) => name.Length <= MaxNameShown ? name : $"{name.AsSpan(0, MaxNameShown)}...";

    // Without a number, the tensor is passed over.
    private readonly record struct Entry(string Name, StoredNumber? Number, Shape Shape, long Begin, long End);
}
