using System.Buffers.Binary;
using System.Text;
using Quern.Tensors;

namespace Quern.Nn.Tests.StateFiles;

public sealed class SafeTensorsTests
{
    [Fact]
    public void Tensors_and_notes_come_back_as_they_were_to_the_bit()
    {
        float payload = BitConverter.UInt32BitsToSingle(0x7FA1_2345);
        Dictionary<string, Tensor> tensors = new()
        {
            ["number"] = Tensor.Scalar(2.5f),
            ["none"] = Tensor.Zeros([3, 0, 2]),
            ["special"] = Tensor.From(payload, -0f, float.NegativeInfinity, float.Epsilon),
            ["six \"axes\", ß and 🙂"] = Tensor.Random([2, 1, 3, 1, 2, 5], new Generator(1)),
            ["view"] = Tensor.From([1, 2, 3, 4, 5, 6], [3, 2])[1..2],
            ["large"] = Tensor.Random([3, 40_009], new Generator(2)),
        };
        Dictionary<string, string> notes = new() { ["epoch"] = "12", ["<note>"] = "é" };

        StateDictionary state = SafeTensors.Read(Stream(tensors, notes));

        Assert.Equal(notes.OrderBy(note => note.Key), state.Metadata.OrderBy(note => note.Key));
        Assert.Equal(tensors.Keys.Order(), state.Tensors.Keys.Order());
        foreach ((string name, Tensor tensor) in tensors)
        {
            Assert.Equal(tensor.Shape, state.Tensors[name].Shape);
            Assert.Equal(Bits(tensor), Bits(state.Tensors[name]));
        }
    }

    [Fact]
    public void A_file_is_laid_out_as_the_reference_lays_it_out()
    {
        Dictionary<string, Tensor> tensors = new() { ["b"] = Tensor.From(1, 2), ["a.weight"] = Tensor.From([3f], [1, 1]) };
        byte[] bytes = Stream(tensors, new Dictionary<string, string> { ["format"] = "pt" }).ToArray();
        string header =
            """{"__metadata__":{"format":"pt"},"a.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""";
        header = header.PadRight((header.Length + 7) / 8 * 8);
        Assert.Equal((ulong)header.Length, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        Assert.Equal(header, Encoding.UTF8.GetString(bytes, 8, header.Length));
        Assert.Equal("000040400000803F00000040", Convert.ToHexString(bytes.AsSpan(8 + header.Length)));
    }

    [Fact]
    public void A_file_without_tensors_is_a_file() => Assert.Empty(SafeTensors.Read(Stream([], [])).Tensors);

    [Theory]
    [InlineData("F32", "0000803F000000C0")]
    [InlineData("F64", "000000000000F03F00000000000000C0")]
    [InlineData("F16", "003C00C0")]
    [InlineData("BF16", "803F00C0")]
    [InlineData("I64", "0100000000000000FEFFFFFFFFFFFFFF")]
    [InlineData("I32", "01000000FEFFFFFF")]
    [InlineData("I16", "0100FEFF")]
    [InlineData("I8", "01FE")]
    [InlineData("F8_E5M2", "3CC0")]
    [InlineData("F8_E4M3", "38C0")]
    public void Other_kinds_of_numbers_are_read_as_float32(string dtype, string data)
    {
        byte[] bytes = Convert.FromHexString(data);
        StateDictionary state = Read($$$"""{"x":{"dtype":"{{{dtype}}}","shape":[2],"data_offsets":[0,{{{bytes.Length}}}]}}""", bytes);
        Assert.Equal([1, -2], state.Tensors["x"].ToArray());
    }

    [Theory]
    [InlineData("U8", "01FF", 255)]
    [InlineData("U16", "0100FFFF", 65_535)]
    [InlineData("U32", "01000000FFFFFFFF", 4_294_967_295)]
    [InlineData("U64", "0100000000000000FFFFFFFFFFFFFFFF", 18_446_744_073_709_551_615)]
    [InlineData("BOOL", "0101", 1)]
    public void Numbers_without_a_sign_are_read_as_float32(string dtype, string data, double last)
    {
        byte[] bytes = Convert.FromHexString(data);
        StateDictionary state = Read($$$"""{"x":{"dtype":"{{{dtype}}}","shape":[2],"data_offsets":[0,{{{bytes.Length}}}]}}""", bytes);
        Assert.Equal([1, (float)last], state.Tensors["x"].ToArray());
    }

    [Fact]
    public void Eight_bit_floats_have_their_special_values()
    {
        float[] e4m3 = Read("""{"x":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}""", [0x00, 0x80, 0x01, 0x07, 0x08, 0x7E, 0x7F, 0xFE]).Tensors["x"].ToArray();
        Assert.Equal([0, -0f, 1 / 512f, 7 / 512f, 1 / 64f, 448, float.NaN, -448], e4m3);
        Assert.True(float.IsNegative(e4m3[1]));
        float[] e5m2 = Read("""{"x":{"dtype":"F8_E5M2","shape":[5],"data_offsets":[0,5]}}""", [0x01, 0x7B, 0x7C, 0xFC, 0x7F]).Tensors["x"].ToArray();
        Assert.Equal([MathF.ScaleB(1, -16), 57_344, float.PositiveInfinity, float.NegativeInfinity, float.NaN], e5m2);
    }

    [Fact]
    public void Notes_that_are_null_are_none() => Assert.Empty(Read("""{"__metadata__":null}""", []).Metadata);

    [Fact]
    public void A_stream_that_cannot_seek_is_read()
    {
        byte[] bytes = Stream(new() { ["x"] = Tensor.Random([3, 40_009], new Generator(1)) }, new() { ["a"] = "b" }).ToArray();
        StateDictionary state = SafeTensors.Read(new Pipe(bytes));
        Assert.Equal("b", state.Metadata["a"]);
        Assert.Equal(SafeTensors.Read(new MemoryStream(bytes)).Tensors["x"].ToArray(), state.Tensors["x"].ToArray());
        Assert.Throws<StateFileException>(() => SafeTensors.Read(new Pipe(bytes[..^1])));
    }

    [Fact]
    public void The_header_may_list_tensors_in_any_order_and_hold_what_is_not_known()
    {
        StateDictionary state = Read(
            """{"b":{"data_offsets":[4,8],"shape":[],"dtype":"F32","later":{"x":[1,2]}},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}   """,
            [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]);
        Assert.Equal(1, state.Tensors["a"].Item());
        Assert.Equal(2, state.Tensors["b"].Item());
    }

    [Theory]
    [InlineData("""[]""", "does not begin with '{'")]
    [InlineData(""" {}""", "does not begin with '{'")]
    [InlineData("""{""", "no valid JSON")]
    [InlineData("""{}x""", "no valid JSON")]
    [InlineData("""{"x":1}""", "its header has Number under 'x', where StartObject belongs")]
    [InlineData("""{"x":{}}""", "tensor 'x' lacks its dtype, its shape or its two data_offsets")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", "lacks")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""", "data_offsets of more than 2 numbers")]
    [InlineData("""{"x":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}""", "dtype 'C64'; those that can be read are F32, F64, F16, BF16, F8_E5M2, F8_E4M3, I64, I32, I16, I8, U64, U32, U16, U8, BOOL")]
    [InlineData("""{"__metadata__":1}""", "its header has Number under '__metadata__', where StartObject belongs")]
    [InlineData("""{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "the data_offsets [0, 8], and its shape [3] of F32 makes 12 bytes; they must agree")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "must agree")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "data_offsets that is not all whole numbers")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}""", "shape that is not all whole numbers")]
    [InlineData("""{"x":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]}}""", "shape that is not all whole numbers")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2147483648],"data_offsets":[0,8]}}""", "an axis of length 2147483648; at most 2147483647")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,8]}}""", "more than 9223372036854775807 elements")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2147483647,2147483647],"data_offsets":[0,8]}}""", "makes 18446744056529682436 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1,1,1,1,1,1,2],"data_offsets":[0,8]}}""", "shape of more than 6 numbers")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "tensor 'x' begins at byte 4 of the numbers, and what lies before it ends at 0")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "its header describes 4 bytes of numbers, and 8 are there")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "its header describes 16 bytes of numbers, and 8 are there")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "tensors may neither overlap nor leave gaps")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "the name 'x' comes twice")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0078":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "the name 'x' comes twice")]
    [InlineData("""{"x":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "has dtype twice")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "'a' comes twice in its metadata")]
    [InlineData("""{"__metadata__":{"a":1},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "its header has Number under 'a', where String belongs")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"z":[[[[[[[[[[1]]]]]]]]]]}}""", "no valid JSON")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "no valid JSON")]
    public void A_header_that_does_not_hold_together_is_refused(string header, string reason)
    {
        string message = Assert.Throws<StateFileException>(() => Read(header, new byte[8])).Message;
        Assert.StartsWith("SafeTensors: 'stream' cannot be read: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(9UL)]
    [InlineData(1UL << 31)]
    [InlineData(1UL << 63)]
    [InlineData((1UL << 63) - 1)]
    [InlineData(ulong.MaxValue)]
    public void A_header_length_that_cannot_be_is_refused(ulong length)
    {
        byte[] bytes = [.. BitConverter.GetBytes(length), .. "{}      "u8];
        Assert.Throws<StateFileException>(() => SafeTensors.Read(new MemoryStream(bytes)));
    }

    [Fact]
    public void A_file_that_is_cut_off_anywhere_is_refused()
    {
        byte[] bytes = Stream(new() { ["x"] = Tensor.Ones([3]) }, new() { ["a"] = "b" }).ToArray();
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] start = bytes[..length];
            Assert.Throws<StateFileException>(() => SafeTensors.Read(new MemoryStream(start)));
        }
    }

    [Fact]
    public void A_message_is_short_however_long_a_name_is()
    {
        string header = $$$"""{"{{{new string('n', 1_000_000)}}}":{"dtype":"{{{new string('d', 1_000_000)}}}"}}""";
        Assert.InRange(Assert.Throws<StateFileException>(() => Read(header, [])).Message.Length, 100, 500);
    }

    [Fact]
    public void Names_that_cannot_be_written_are_refused()
    {
        Tensor one = Tensor.Ones([1]);
        Assert.StartsWith(
            "SafeTensors: the name 'x' is given to two tensors. Choose another.",
            Assert.Throws<ArgumentException>(() => SafeTensors.Write(new MemoryStream(), [new("x", one), new("x", one)])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => SafeTensors.Write(new MemoryStream(), [new("__metadata__", one)]));
    }

    public static TheoryData<string> Unwritable => [.. Bad.Keys];

    private static Dictionary<string, (KeyValuePair<string, Tensor>[] Tensors, KeyValuePair<string, string>[] Notes, string Problem)> Bad { get; } = new()
    {
        ["name twice"] = ([new("x", Tensor.Ones([1])), new("y", Tensor.Ones([1])), new("x", Tensor.Ones([1]))], [], "the name 'x' is given to two tensors"),
        ["the format's own name"] = ([new("__metadata__", Tensor.Ones([1]))], [], "the name '__metadata__' is the format's own"),
        ["null name"] = ([new(null!, Tensor.Ones([1]))], [], "the name of a tensor is null"),
        ["null tensor"] = ([new("x", null!)], [], "the tensor 'x' is null"),
        ["first half of a pair"] = ([new("x\ud83d", Tensor.Ones([1]))], [], @"the name 'x\ud83d' has half of a surrogate pair"),
        ["second half of a pair"] = ([new("\ude42x", Tensor.Ones([1]))], [], @"the name '\ude42x' has half of a surrogate pair"),
        ["note twice"] = ([], [new("epoch", "1"), new("epoch", "2")], "the name 'epoch' is given to two notes"),
        ["null note"] = ([], [new("epoch", null!)], "the note 'epoch' is null"),
        ["null name of a note"] = ([], [new(null!, "1")], "a note has a name that is null"),
        ["half of a pair in a note"] = ([], [new("epoch", "\ude42\ud83d")], "the note 'epoch' has half of a surrogate pair"),
        ["half of a pair in the name of a note"] = ([], [new("\ud83d!", "1")], @"the name '\ud83d!' of a note has half of a surrogate pair"),
    };

    [Theory]
    [MemberData(nameof(Unwritable))]
    public void What_no_reader_would_take_is_refused_before_anything_is_written(string what)
    {
        (KeyValuePair<string, Tensor>[] tensors, KeyValuePair<string, string>[] notes, string problem) = Bad[what];
        MemoryStream stream = new();
        Assert.Contains(problem, Assert.Throws<ArgumentException>(() => SafeTensors.Write(stream, tensors, notes)).Message, StringComparison.Ordinal);
        Assert.Equal(0, stream.Length);

        string file = Path.Combine(Directory.CreateTempSubdirectory("quern-unwritable-").FullName, "model.safetensors");
        SafeTensors.Write(file, [new("good", Tensor.Ones([2]))]);
        byte[] before = File.ReadAllBytes(file);
        Assert.Throws<ArgumentException>(() => SafeTensors.Write(file, tensors, notes));
        Assert.Equal(before, File.ReadAllBytes(file));
        if (notes.Length > 0)
        {
            Assert.Throws<ArgumentException>(() => new Linear(1, 1, new Generator(0)).Save(file, notes));
            Assert.Equal(before, File.ReadAllBytes(file));
        }

        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    internal static MemoryStream Stream(Dictionary<string, Tensor> tensors, Dictionary<string, string> notes)
    {
        MemoryStream stream = new();
        SafeTensors.Write(stream, tensors, notes);
        stream.Position = 0;
        return stream;
    }

    private static StateDictionary Read(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        return SafeTensors.Read(new MemoryStream([.. BitConverter.GetBytes((ulong)text.Length), .. text, .. data]));
    }

    private static uint[] Bits(Tensor tensor) => [.. tensor.ToArray().Select(BitConverter.SingleToUInt32Bits)];
}
