using System.Text;
using Quern.Tensors;

namespace Quern.Nn.Tests.StateFiles;

public sealed class NpyTests
{
    public static TheoryData<int[]> Shapes => new(new int[][] { [], [0], [1], [7], [2, 3], [3, 0, 2], [2, 1, 3, 1, 2, 5], [3, 40_009] });

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_tensor_comes_back_as_it_was(int[] shape)
    {
        Tensor tensor = Tensor.Random(shape, new Generator(1), -1, 1);
        MemoryStream stream = new();
        Npy.Write(stream, tensor);
        stream.Position = 0;
        Tensor read = Npy.Read(stream);
        Assert.Equal(tensor.Shape, read.Shape);
        Assert.Equal(tensor.ToArray(), read.ToArray());
    }

    [Theory]
    [InlineData(new int[0], "()")]
    [InlineData(new[] { 3 }, "(3,)")]
    [InlineData(new[] { 2, 1 }, "(2, 1)")]
    public void A_file_is_laid_out_as_numpy_lays_it_out(int[] shape, string tuple)
    {
        MemoryStream stream = new();
        Npy.Write(stream, Tensor.Ones(shape));
        byte[] bytes = stream.ToArray();
        string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': {tuple}, }}".PadRight(117) + "\n";
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(header)], bytes[..128]);
        Assert.Equal(128 + (4 * shape.Aggregate(1, (product, length) => product * length)), bytes.Length);
    }

    // The bytes are those of numpy.save.
    [Theory]
    [InlineData("<f4", "0000803F000000C0")]
    [InlineData("<f8", "000000000000F03F00000000000000C0")]
    [InlineData("<f2", "003C00C0")]
    [InlineData("<i8", "0100000000000000FEFFFFFFFFFFFFFF")]
    [InlineData("<i4", "01000000FEFFFFFF")]
    [InlineData("<i2", "0100FEFF")]
    [InlineData("|i1", "01FE")]
    [InlineData(">f4", "3F800000C0000000")]
    [InlineData(">f8", "3FF0000000000000C000000000000000")]
    [InlineData(">f2", "3C00C000")]
    [InlineData(">i8", "0000000000000001FFFFFFFFFFFFFFFE")]
    [InlineData(">i4", "00000001FFFFFFFE")]
    [InlineData(">i2", "0001FFFE")]
    public void Other_kinds_of_numbers_are_read_as_float32(string descr, string data)
    {
        string header = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': (2,), }}\n";
        Assert.Equal([1, -2], Read(header, Convert.FromHexString(data)).ToArray());
    }

    [Theory]
    [InlineData("|u1", "01C8")]
    [InlineData("<u2", "0100C800")]
    [InlineData("<u4", "01000000C8000000")]
    [InlineData("<u8", "0100000000000000C800000000000000")]
    [InlineData(">u2", "000100C8")]
    [InlineData(">u4", "00000001000000C8")]
    [InlineData(">u8", "000000000000000100000000000000C8")]
    public void Numbers_without_a_sign_are_read_as_float32(string descr, string data)
    {
        string header = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': (2,), }}\n";
        Assert.Equal([1, 200], Read(header, Convert.FromHexString(data)).ToArray());
    }

    [Fact]
    public void Truth_values_are_read_as_0_and_1() =>
        Assert.Equal([1, 0, 1], Read("{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }", [1, 0, 1]).ToArray());

    [Theory]
    [InlineData("|u1", "(2, 3)", "000301040205", 3)]
    [InlineData("|u1", "(2, 3, 2)", "00060208040A01070309050B", 2)]
    [InlineData(">f4", "(2, 1, 3)", "0000000040400000 3F80000040800000 4000000040A00000", 3)]
    public void Fortran_order_becomes_row_by_row(string descr, string shape, string data, int innermost)
    {
        Tensor tensor = Read($"{{'descr': '{descr}', 'fortran_order': True, 'shape': {shape}, }}", Convert.FromHexString(data.Replace(" ", "", StringComparison.Ordinal)));
        Assert.Equal(innermost, tensor.Shape[^1]);
        Assert.Equal(Enumerable.Range(0, (int)tensor.ElementCount).Select(i => (float)i), tensor.ToArray());
    }

    [Theory]
    [InlineData("(0, 3)")]
    [InlineData("(3, 0)")]
    public void Fortran_order_without_elements_is_read(string shape) =>
        Assert.Empty(Read($"{{'descr': '<f4', 'fortran_order': True, 'shape': {shape}, }}", []).ToArray());

    [Fact]
    public void Lengths_as_Python_2_wrote_them_are_read() =>
        Assert.Equal([2, 1], Read("{'descr': '|u1', 'fortran_order': False, 'shape': (2L, 1L), }", [1, 2]).Shape);

    [Fact]
    public void A_stream_that_cannot_seek_is_read()
    {
        MemoryStream stream = new();
        Npy.Write(stream, Tensor.Random([3, 40_009], new Generator(1)));
        Assert.Equal(Npy.Read(new MemoryStream(stream.ToArray())).ToArray(), Npy.Read(new Pipe(stream.ToArray())).ToArray());
        Assert.Throws<StateFileException>(() => Npy.Read(new Pipe(stream.ToArray()[..^1])));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_version_of_the_format_is_read(byte version)
    {
        Tensor tensor = Read("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2), }\n", [0, 1, 2, 255], version);
        Assert.Equal([2, 2], tensor.Shape);
        Assert.Equal([0, 1, 2, 255], tensor.ToArray());
    }

    [Fact]
    public void The_keys_may_come_in_any_order() =>
        Assert.Equal([1, 2], Read("{ \"shape\":(2,) ,'fortran_order':True,'descr':'|u1'}", [1, 2]).ToArray());

    [Theory]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "its numbers are '<c8'; those that can be read are f4, f8, f2, i8, i4, i2, i1, u8, u4, u2, u1, b1, behind < or >, or | for a single byte. Save array.astype('<f4').")]
    [InlineData("{'descr': '|f4', 'fortran_order': False, 'shape': (2,), }", "its numbers are '|f4'")]
    [InlineData("{'descr': 'f4', 'fortran_order': False, 'shape': (2,), }", "its numbers are 'f4'")]
    [InlineData("{'descr': '<', 'fortran_order': False, 'shape': (2,), }", "its numbers are '<'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2LL,), }", "not as it should be")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (L,), }", "its shape is not one of up to 6 axes")]
    [InlineData("{'descr': '', 'fortran_order': False, 'shape': (2,), }", "its numbers are ''")]
    [InlineData("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,), }", "not as it should be near character 10")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", "its shape [3] of f4 makes 12 bytes of numbers, and 8 are there")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", "its shape [1] of f4 makes 4 bytes of numbers, and 8 are there")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", "its shape is not one of up to 6 axes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2 3), }", "not as it should be")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "its shape is not one of up to 6 axes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647, 2147483647), }", "makes 18446744056529682436 bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647, 2147483647, 2147483647), }", "more than 9223372036854775807 elements")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1, 2), }", "up to 6 axes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, }", "not as it should be")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "not as it should be")]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (2,), }", "not as it should be")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } x", "not as it should be")]
    [InlineData("{'descr': '<f4", "not as it should be")]
    [InlineData("", "not as it should be")]
    public void A_header_that_does_not_hold_together_is_refused(string header, string reason)
    {
        string message = Assert.Throws<StateFileException>(() => Read(header, new byte[8])).Message;
        Assert.StartsWith("Npy: 'stream' cannot be read: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_cut_off_anywhere_is_refused()
    {
        MemoryStream stream = new();
        Npy.Write(stream, Tensor.Ones([3]));
        byte[] bytes = stream.ToArray();
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] start = bytes[..length];
            Assert.Throws<StateFileException>(() => Npy.Read(new MemoryStream(start)));
        }
    }

    [Fact]
    public void An_unknown_version_or_a_header_length_that_cannot_be_is_refused()
    {
        Assert.Contains("version 4", Assert.Throws<StateFileException>(() => Read("{}", [], 4)).Message, StringComparison.Ordinal);
        byte[] bytes = [0x93, .. "NUMPY"u8, 2, 0, 0xFF, 0xFF, 0xFF, 0xFF, .. "{}"u8];
        Assert.Contains("4294967295 bytes long", Assert.Throws<StateFileException>(() => Npy.Read(new MemoryStream(bytes))).Message, StringComparison.Ordinal);
    }

    private static Tensor Read(string header, byte[] data, byte version = 1)
    {
        byte[] text = Encoding.ASCII.GetBytes(header);
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)text.Length) : BitConverter.GetBytes(text.Length);
        return Npy.Read(new MemoryStream([0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. data]));
    }
}
