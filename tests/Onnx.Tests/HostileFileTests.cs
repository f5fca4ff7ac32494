using Google.Protobuf;
using Quern.Nn;
using Quern.Onnx.Schema;
using Quern.Tensors;
using static Quern.Onnx.Tests.ImportTests;

namespace Quern.Onnx.Tests;

/// <summary>Whatever the bytes of a file, it is read, or refused by one clear error.</summary>
public sealed class HostileFileTests : IDisposable
{
    private readonly TemporaryFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        byte[] whole = Whole();
        for (int length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(_file.Path, whole[..length]);

            Assert.Contains(_file.Path, Refused(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Changed_bytes_are_read_or_refused()
    {
        byte[] whole = Whole();
        Random random = new(3);
        int refused = 0;
        for (int i = 0; i < 2000; i++)
        {
            byte[] changed = [.. whole];
            for (int change = 0; change <= i % 4; change++)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(_file.Path, changed);
            try
            {
                OnnxModel.Load(_file.Path);
            }
            catch (OnnxException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 100, 1999);
    }

    [Fact]
    public void Something_else_than_onnx_is_refused()
    {
        File.WriteAllText(_file.Path, "a letter, and no network");
        Assert.Contains("no ONNX file", Refused(), StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => OnnxModel.Load(_file.Path + ".missing"));
    }

    [Theory]
    [InlineData(new[] { 1L << 40, 1L << 40 }, "each of 0 to 2147483647")]
    [InlineData(new[] { 2_000_000_000L, 2_000_000_000L }, "asks for 16000000000000000000")]
    [InlineData(new[] { -1L, 3L }, "each of 0 to 2147483647")]
    [InlineData(new[] { 3L, 3L }, "has 24 bytes, and its shape [3, 3] asks for 36")]
    [InlineData(new[] { 1L, 1, 1, 1, 1, 2, 3 }, "at most 6 axes")]
    [InlineData(new[] { 2_000_000_000L, 2_000_000_000L, 2_000_000_000L }, "has no possible shape")]
    [InlineData(new[] { 6L }, "a layer's has 2 axes")]
    public void A_weight_of_another_shape_than_its_numbers_is_refused(long[] shape, string problem) =>
        AssertRefused(weight => weight.Dims.Add(shape), problem);

    [Fact]
    public void A_weight_that_is_not_there_is_refused()
    {
        AssertRefused(weight => (weight.DataLocation, _) = (TensorProto.Types.DataLocation.External, Fit(weight)), "'fc.weight' lies in another file");
        AssertRefused(weight => (weight.DataType, _) = (8, Fit(weight)), "'fc.weight' is of the type of number 8, which is not read");
        AssertRefused(weight => (weight.DataType, _) = ((int)TensorProto.Types.DataType.Int32, Fit(weight)), "is of type int32, where floating-point numbers were expected");
        AssertRefused(weight => (weight.Name, _) = ("other", Fit(weight)), "'fc.weight' is computed, where a constant was expected");
        AssertRefused(weight => (weight.Name, _) = ("fc.bias", Fit(weight)), "the name 'fc.bias' stands for two tensors");
    }

    [Fact]
    public void A_graph_in_a_circle_is_refused()
    {
        AssertRefused(Model([3], "y", [Node("Relu", ["x"], "a"), Node("Relu", ["a"], "x")]), "does not lead on to the output 'y'");
        AssertRefused(Model([3], "y", [Node("Relu", ["x"], "y"), Node("Tanh", ["x"], "y")]), "the name 'y' stands for two values");
    }

    [Fact]
    public void Weights_that_nodes_share_do_not_fill_the_memory()
    {
        NodeProto[] nodes = [.. Enumerable.Range(0, 200).Select(i => Transposing(Node("Gemm", [$"{(i == 0 ? "x" : $"v{i}")}", "w"], $"v{i + 1}")))];

        AssertRefused(Model([200], "v200", nodes, Weight("w", [200, 200])), "the layers would be far larger than the file");
    }

    [Fact]
    public void Other_versions_inputs_and_sizes_are_refused()
    {
        ModelProto model = Model([3], "y", [Node("Relu", ["x"], "y")]);
        model.OpsetImport[0].Version = 9;
        AssertRefused(model, "versions 11 to 23 are read");

        model = Model([3], "y", [Node("Relu", ["x"], "y")]);
        model.Graph.Input[0].Type.TensorType.ElemType = (int)TensorProto.Types.DataType.Double;
        AssertRefused(model, "its input 'x' is no tensor of float32");

        model = Model([3], "y", [Node("Relu", ["x"], "y")]);
        model.Graph.Output.Clear();
        AssertRefused(model, "it has 1 inputs and 0 outputs");

        AssertRefused(Model([3], "y", [.. Enumerable.Repeat(Node("Relu", ["x"], "y"), 10_001)]), "at most 10000 are read");
        AssertRefused(Model([3, 4], "y", [Transposing(Node("Gemm", ["x", "w"], "y"))], Weight("w", [2, 3])), "its input has 3 axes, and Gemm takes 2");
    }

    [Fact]
    public void Names_are_shown_without_what_a_terminal_would_act_on() =>
        AssertRefused(Model([3], "y", [Node($"\u001b[2J{new string('a', 200)}", ["x"], "y")]), $"is of the operator ?[2J{new string('a', 96)}…, which");

    private static bool Fit(TensorProto weight)
    {
        weight.Dims.Add([2, 3]);
        return true;
    }

    private byte[] Whole()
    {
        Generator generator = new(1);
        new Sequential(new Linear(3, 4, generator), new Gelu(), new LayerNorm([4]), new Unflatten([1, 2, 2]), new Conv2d(1, 2, 2, generator), new Softmax())
            .ExportOnnx(_file.Path, [1, 3]);
        return File.ReadAllBytes(_file.Path);
    }

    // A linear layer of 3 inputs and 2 outputs with a change to its weight, which has no shape yet.
    private void AssertRefused(Action<TensorProto> change, string problem)
    {
        TensorProto weight = new() { Name = "fc.weight", DataType = (int)TensorProto.Types.DataType.Float, RawData = ByteString.CopyFrom(new byte[24]) };
        change(weight);
        AssertRefused(Model([3], "y", [Transposing(Node("Gemm", ["x", "fc.weight", "fc.bias"], "y"))], Weight("fc.bias", [2]), weight), problem);
    }

    private void AssertRefused(ModelProto model, string problem)
    {
        File.WriteAllBytes(_file.Path, model.ToByteArray());
        Assert.Contains(problem, Refused(), StringComparison.Ordinal);
    }

    private string Refused() => Assert.Throws<OnnxException>(() => OnnxModel.Load(_file.Path)).Message;
}
