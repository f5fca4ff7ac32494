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

    [Theory]
    [InlineData("<f4", "0000803F000000C0")]
    [InlineData("<f8", "000000000000F03F00000000000000C0")]
    [InlineData("<f2", "003C00C0")]
    [InlineData("<i8", "0100000000000000FEFFFFFFFFFFFFFF")]
    [InlineData("<i4", "01000000FEFFFFFF")]
    public void Other_kinds_of_numbers_are_read_as_float32(string descr, string data)
    {
        string header = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': (2,), }}\n";
        Assert.Equal([1, -2], Read(header, Convert.FromHexString(data)).ToArray());
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
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2), }", "Fortran order, column by column; only C order can be read. Save numpy.ascontiguousarray(array).")]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }", "its numbers are '>f4'; those that can be read are <f4, <f8, <f2, <i8, <i4, |u1. Save array.astype('<f4').")]
    [InlineData("{'descr': '', 'fortran_order': False, 'shape': (2,), }", "its numbers are ''")]
    [InlineData("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,), }", "not as it should be near character 10")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", "its shape [3] of <f4 makes 12 bytes of numbers, and 8 are there")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", "its shape [1] of <f4 makes 4 bytes of numbers, and 8 are there")]
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
