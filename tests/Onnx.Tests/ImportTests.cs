using System.Diagnostics;
using Google.Protobuf;
using Quern.Mnist.Models;
using Quern.Nn;
using Quern.Onnx.Schema;
using Quern.Tensors;

namespace Quern.Onnx.Tests;

/// <summary>Layers read from a file compute what the file's network computes; what has no layer is named.</summary>
public sealed class ImportTests : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private const int NoPyTorch = 77;

    private readonly TemporaryFile _file = new();
    private readonly Generator _generator = new(seed: 5);

    public static TheoryData<string> Layers => Names(isReadBack: true);

    public static TheoryData<string> WrittenOnly => Names(isReadBack: false);

    public static TheoryData<ModelKind> Models => new(Enum.GetValues<ModelKind>());

    public void Dispose() => _file.Dispose();

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_layer_comes_back_as_it_was_written(string name)
    {
        LayerCase layer = LayerCase.Named(name);
        Module module = LayerCase.Drawn(layer.Make(_generator), _generator);
        module.ExportOnnx(_file.Path, Shape.Create([1, .. layer.Sample]));

        Sequential read = OnnxModel.Load(_file.Path);

        Assert.True(read.IsTraining);
        Assert.Equal(module is Dropout ? [] : [module.GetType()], read.Select(part => part.GetType()));
        AssertAgree(module, read, layer.Sample);
    }

    [Theory]
    [MemberData(nameof(WrittenOnly))]
    public void A_layer_that_is_not_read_back_is_refused_by_its_node(string name)
    {
        LayerCase layer = LayerCase.Named(name);
        layer.Make(_generator).ExportOnnx(_file.Path, Shape.Create([1, .. layer.Sample]));

        Assert.Contains("node '", Refused(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void An_autoencoder_comes_back_with_the_names_of_its_weights(ModelKind kind)
    {
        ImageAutoencoder model = ImageAutoencoder.Create(kind, _generator, new() { Bottleneck = 8, BatchNorm = true, Activation = HiddenActivation.Gelu });
        LayerCase.Drawn(model, _generator).ExportOnnx(_file.Path, [1, ImageAutoencoder.Pixels]);

        Sequential read = OnnxModel.Load(_file.Path);

        AssertAgree(model, read, [ImageAutoencoder.Pixels]);
        Assert.Equal(
            model.NamedParameters.Select(named => named.Key).Where(name => !name.StartsWith("encoder_log_variance", StringComparison.Ordinal)),
            read.NamedParameters.Select(named => named.Key));
    }

    [Fact]
    public void A_file_of_PyTorch_gives_what_PyTorch_computed()
    {
        Assert.SkipWhen(!File.Exists(Python), $"{Python} is not there.");
        ProcessStartInfo start = new(Python, [Path.Combine(AppContext.BaseDirectory, "onnx_export.py"), _file.Folder]) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.SkipWhen(process.ExitCode == NoPyTorch, $"{Python} has no torch; on Debian, install python3-torch.");
        Assert.True(process.ExitCode == 0, errors);

        Sequential network = OnnxModel.Load(_file.Path);

        network.Eval();
        OnnxRuntime.AssertEqual(Npy.Read(Path.Combine(_file.Folder, "output.npy")), network.Forward(Npy.Read(Path.Combine(_file.Folder, "input.npy"))));
    }

    [Fact]
    public void A_loaded_network_can_be_trained_and_written_again()
    {
        new Sequential(new Linear(3, 4, _generator), new Tanh(), new Linear(4, 2, _generator)).ExportOnnx(_file.Path, [1, 3]);
        Sequential network = OnnxModel.Load(_file.Path);

        network.Forward(Tensor.Random([6, 3], _generator));
        network.BackwardParameters(Tensor.Ones([6, 2]));
        new Sgd(network.Parameters, 0.1).Step();
        network.ExportOnnx(_file.Path, [1, 3]);

        OnnxRuntime.AssertAgrees(network, _file.Path, [3], _generator);
    }

    [Theory]
    [InlineData(1.5f, 0.25f, false)]
    [InlineData(1f, 1f, true)]
    public void Gemm_is_read_with_its_factors_and_either_way_round(float alpha, float beta, bool isTransposed)
    {
        NodeProto node = Node("Gemm", ["x", "fc.weight", "fc.bias"], "y");
        node.Attribute.Add(new AttributeProto { Name = "alpha", Type = AttributeProto.Types.AttributeType.Float, F = alpha });
        node.Attribute.Add(new AttributeProto { Name = "beta", Type = AttributeProto.Types.AttributeType.Float, F = beta });
        node.Attribute.Add(new AttributeProto { Name = "transB", Type = AttributeProto.Types.AttributeType.Int, I = isTransposed ? 1 : 0 });
        Write(Model([3], "y", [node], Weight("fc.weight", isTransposed ? [2, 3] : [3, 2]), Weight("fc.bias", [2])));

        AssertSameAsOnnxRuntime([3]);
    }

    [Fact]
    public void Half_and_double_precision_and_numbers_that_are_not_raw_are_read()
    {
        TensorProto half = new() { Name = "a.weight", DataType = (int)TensorProto.Types.DataType.Float16, Dims = { 2, 1 }, Int32Data = { BitConverter.HalfToUInt16Bits((Half)0.5), BitConverter.HalfToUInt16Bits((Half)(-2)) } };
        TensorProto twice = new() { Name = "a.bias", DataType = (int)TensorProto.Types.DataType.Double, Dims = { 2 }, DoubleData = { 3, 4 } };
        Write(Model([1], "y", [Transposing(Node("Gemm", ["x", "a.weight", "a.bias"], "y"))], half, twice));

        Sequential network = OnnxModel.Load(_file.Path);

        Assert.Equal([4f, 0f], network.Forward(Tensor.From([2f], [1, 1])).ToArray());
    }

    [Fact]
    public void All_that_has_no_layer_is_listed_at_once()
    {
        NodeProto lstm = Node("LSTM", ["x", "w"], "a");
        NodeProto attention = Node("Attention", ["a"], "b");
        attention.Domain = "com.example";
        NodeProto pool = Node("MaxPool", ["b"], "c");
        pool.Attribute.Add(Ints("kernel_shape", 2, 2));
        pool.Attribute.Add(new AttributeProto { Name = "ceil_mode", Type = AttributeProto.Types.AttributeType.Int, I = 1 });
        NodeProto sum = Node("Add", ["c", "w"], "y");
        Write(Model([3], "y", [lstm, attention, pool, sum], Weight("w", [1])));

        string message = Refused();

        Assert.Equal(
            [
                $"'{_file.Path}' cannot be read as layers of Quern:",
                "  node 'LSTM of a' is of the operator LSTM, which no layer has",
                "  node 'Attention of b' is of the operator com.example.Attention, which no layer has",
                "  node 'MaxPool of c' (MaxPool): its ceil_mode is 1; layers have 0",
                "  node 'Add of y' (Add): it is not part of a formula that a layer has",
            ],
            message.Split('\n'));
    }

    [Fact]
    public void A_branch_is_refused_by_its_nodes()
    {
        Write(Model([3], "y", [Node("Relu", ["x"], "a"), Node("Tanh", ["x"], "b"), Node("Add", ["a", "b"], "y")]));

        Assert.Contains("the value 'x' goes to node 'Relu of a' and node 'Tanh of b'", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_that_is_not_that_of_the_formula_is_no_gelu()
    {
        new Gelu().ExportOnnx(_file.Path, [1, 3]);
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(_file.Path));
        model.Graph.Initializer.Single(tensor => tensor.Name == "half").RawData = ByteString.CopyFrom(BitConverter.GetBytes(0.51f));
        Write(model);

        Assert.Contains("the value 'input' goes to node 'Div' and node 'Mul'", Refused(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new long[] { -1, 2, 3 }, new[] { 6 })]
    [InlineData(new long[] { 0, 3, -1 }, new[] { 2, 3 })]
    [InlineData(new long[] { -1, 6 }, new[] { 2, 3 })]
    [InlineData(new long[] { 0, -1 }, new[] { 2, 3 })]
    [InlineData(new long[] { 0, 0, 1, 3 }, new[] { 2, 3 })]
    public void Reshape_that_keeps_the_batch_is_read(long[] target, int[] sample)
    {
        Write(Model(sample, "y", [Node("Reshape", ["x", "shape"], "y")], Longs("shape", target)));

        AssertSameAsOnnxRuntime(Shape.Create(sample));
    }

    [Theory]
    [InlineData(new long[] { -1, 3 })]
    [InlineData(new long[] { 2, -1 })]
    [InlineData(new long[] { -1 })]
    [InlineData(new long[] { 0, -1, -1 })]
    [InlineData(new long[] { 0, 4, -1 })]
    [InlineData(new long[] { 0, long.MaxValue, 2 })]
    public void Reshape_that_mixes_samples_is_refused(long[] target)
    {
        Write(Model([6], "y", [Node("Reshape", ["x", "shape"], "y")], Longs("shape", target)));

        Assert.Contains("(Reshape): its shape is [", Refused(), StringComparison.Ordinal);
    }

    internal static ModelProto Model(int[] sample, string output, NodeProto[] nodes, params TensorProto[] weights)
    {
        TensorShapeProto shape = new() { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "batch" } } };
        shape.Dim.AddRange(sample.Select(length => new TensorShapeProto.Types.Dimension { DimValue = length }));
        return new()
        {
            IrVersion = 8,
            OpsetImport = { new OperatorSetIdProto { Version = 17 } },
            Graph = new()
            {
                Name = "graph",
                Input = { Value("x", shape) },
                Output = { Value(output, null) },
                Node = { nodes },
                Initializer = { weights },
            },
        };
    }

    internal static NodeProto Node(string operatorName, string[] inputs, string output) =>
        new() { Name = $"{operatorName} of {output}", OpType = operatorName, Input = { inputs }, Output = { output } };

    internal static NodeProto Transposing(NodeProto gemm)
    {
        gemm.Attribute.Add(new AttributeProto { Name = "transB", Type = AttributeProto.Types.AttributeType.Int, I = 1 });
        return gemm;
    }

    internal static TensorProto Weight(string name, long[] shape)
    {
        TensorProto tensor = new() { Name = name, DataType = (int)TensorProto.Types.DataType.Float, Dims = { shape } };
        for (long i = 0; i < shape.Aggregate(1L, (product, length) => product * length); i++)
        {
            tensor.FloatData.Add(MathF.Sin(i + 1));
        }

        return tensor;
    }

    private static TensorProto Longs(string name, long[] values) =>
        new() { Name = name, DataType = (int)TensorProto.Types.DataType.Int64, Dims = { values.Length }, Int64Data = { values } };

    private static TheoryData<string> Names(bool isReadBack) => new(LayerCase.All.Where(@case => @case.IsReadBack == isReadBack).Select(@case => @case.Name));

    private static AttributeProto Ints(string name, params long[] values) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    private static ValueInfoProto Value(string name, TensorShapeProto? shape)
    {
        TypeProto.Types.Tensor tensor = new() { ElemType = (int)TensorProto.Types.DataType.Float };
        if (shape is not null)
        {
            tensor.Shape = shape;
        }

        return new() { Name = name, Type = new() { TensorType = tensor } };
    }

    private void Write(ModelProto model) => File.WriteAllBytes(_file.Path, model.ToByteArray());

    private string Refused() => Assert.Throws<OnnxException>(() => OnnxModel.Load(_file.Path)).Message;

    private void AssertSameAsOnnxRuntime(Shape sample) => OnnxRuntime.AssertAgrees(OnnxModel.Load(_file.Path), _file.Path, sample, _generator);

    private void AssertAgree(Module written, Sequential read, Shape sample)
    {
        written.Eval();
        read.Eval();
        foreach (int batch in (int[])[1, 5])
        {
            Tensor input = Tensor.Random(Shape.Create([batch, .. sample]), _generator, -2, 2);
            OnnxRuntime.AssertEqual(written.Forward(input), read.Forward(input));
        }
    }
}
