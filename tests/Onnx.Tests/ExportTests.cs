using Quern.Mnist.Models;
using Quern.Nn;
using Quern.Onnx.Export;
using Quern.Onnx.Schema;
using Quern.Tensors;

namespace Quern.Onnx.Tests;

/// <summary>What ONNX Runtime computes from a file is what the module computes in evaluation.</summary>
public sealed class ExportTests : IDisposable
{
    private readonly TemporaryFile _file = new();
    private readonly Generator _generator = new(seed: 5);

    public static TheoryData<string> Layers => LayerCase.Names;

    public static TheoryData<ModelKind, HiddenActivation, bool> Models
    {
        get
        {
            TheoryData<ModelKind, HiddenActivation, bool> models = [];
            foreach (ModelKind kind in Enum.GetValues<ModelKind>())
            {
                models.Add(kind, HiddenActivation.Relu, false);
                models.Add(kind, HiddenActivation.Gelu, true);
            }

            return models;
        }
    }

    public void Dispose() => _file.Dispose();

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_layer_computes_the_same_in_onnx_runtime(string name)
    {
        LayerCase layer = LayerCase.Named(name);
        Module module = LayerCase.Drawn(layer.Make(_generator), _generator);

        module.ExportOnnx(_file.Path, Shape.Create([1, .. layer.Sample]));

        OnnxRuntime.AssertAgrees(module, _file.Path, layer.Sample, _generator, layer.Indices);
    }

    [Fact]
    public void Every_layer_of_the_library_is_written_and_tested()
    {
        // The generic ones are formulas of users; a Sequential is its layers.
        Type[] layers = [.. typeof(Module).Assembly.GetExportedTypes().Where(type =>
            type.IsSubclassOf(typeof(Module)) && !type.IsAbstract && !type.IsGenericTypeDefinition && !type.IsAssignableTo(typeof(ISequentialModule)))];

        Assert.Equal(layers.Select(type => type.Name).Order(), LayerTable.Types.Select(type => type.Name).Order());
        Assert.Empty(layers.Except(LayerCase.All.Select(@case => @case.Make(_generator).GetType())).Select(type => type.Name));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void An_autoencoder_computes_the_same_in_onnx_runtime(ModelKind kind, HiddenActivation activation, bool norm)
    {
        AutoencoderOptions options = new()
        {
            Bottleneck = 8,
            Activation = activation,
            BatchNorm = norm,
            Dropout = norm ? 0.25 : 0,
            CodeActivation = norm && kind != ModelKind.Vae ? CodeActivation.Tanh : CodeActivation.None,
        };
        ImageAutoencoder model = LayerCase.Drawn(ImageAutoencoder.Create(kind, _generator, options), _generator);

        model.ExportOnnx(_file.Path, [1, ImageAutoencoder.Pixels]);

        OnnxRuntime.AssertAgrees(model, _file.Path, [ImageAutoencoder.Pixels], _generator);
    }

    [Fact]
    public void A_file_names_weights_as_the_module_does_and_leaves_the_batch_open()
    {
        Sequential network = new(("first", new Linear(3, 4, _generator)), ("act", new Relu()), ("last", new Sequential(new Linear(4, 2, _generator))));

        network.ExportOnnx(_file.Path, [7, 3]);

        ModelProto model = Read();
        Assert.Equal(["first.weight", "first.bias", "last.0.weight", "last.0.bias"], model.Graph.Initializer.Select(tensor => tensor.Name));
        Assert.Equal(["first/Gemm", "act/Relu", "last.0/Gemm"], model.Graph.Node.Select(node => node.Name));
        Assert.Equal("input: batch 3, output: batch 2", $"{Described(model.Graph.Input)}, {Described(model.Graph.Output)}");
        Assert.Equal(OnnxModel.Opset, model.OpsetImport.Single().Version);
    }

    [Fact]
    public void Modules_keep_their_modes()
    {
        Linear frozen = new(3, 3, _generator);
        Sequential network = new(new BatchNorm1d(3), frozen, new Dropout(_generator));
        frozen.Eval(keepForBackward: true);

        network.ExportOnnx(_file.Path, [1, 3]);

        Assert.Equal([true, true, false, true], network.NamedModules.Select(named => named.Value.IsTraining));
        Assert.All(network.NamedModules, named => Assert.True(named.Value.KeepsForBackward));
    }

    [Fact]
    public void A_layer_that_does_nothing_still_makes_a_network()
    {
        new Sequential().ExportOnnx(_file.Path, [1, 3]);

        Assert.Equal("Identity", Read().Graph.Node.Single().OpType);
        OnnxRuntime.AssertAgrees(new Sequential(), _file.Path, [3], _generator);
    }

    [Fact]
    public void A_layer_of_ones_own_is_refused_by_its_place_and_nothing_is_written()
    {
        Sequential network = new(("body", new Sequential(new Linear(3, 3, _generator), new Doubling())));

        var error = Assert.Throws<NotSupportedException>(() => network.ExportOnnx(_file.Path, [1, 3]));

        Assert.StartsWith("ExportOnnx: Sequential, layer 'body' (Sequential), layer 'body.1' (Doubling) has no ONNX form", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_file.Path));
    }

    [Fact]
    public void A_module_of_ones_own_that_says_what_it_runs_is_written()
    {
        TwoLayers module = new(_generator);

        module.ExportOnnx(_file.Path, [1, 3]);

        OnnxRuntime.AssertAgrees(module, _file.Path, [3], _generator);
    }

    [Fact]
    public void An_input_that_a_layer_does_not_take_is_refused_by_its_place()
    {
        Sequential network = new(new Linear(3, 4, _generator), new Linear(5, 2, _generator));

        var error = Assert.Throws<ShapeException>(() => network.ExportOnnx(_file.Path, [1, 3]));

        Assert.StartsWith("ExportOnnx: Sequential, layer '1' (Linear) is given [batch, 4]: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_that_would_mix_samples_is_refused()
    {
        Assert.Throws<ShapeException>(() => new LayerNorm([4, 3]).ExportOnnx(_file.Path, [4, 3]));
        Assert.Throws<ShapeException>(() => new Linear(3, 2, _generator).ExportOnnx(_file.Path, [3]));
        Assert.Throws<ShapeException>(() => new Relu().ExportOnnx(_file.Path, []));
        Assert.Throws<ShapeException>(() => new Concat(-2, new Relu(), new Sequential()).ExportOnnx(_file.Path, [4, 3]));
        Assert.Throws<ShapeException>(() => new Split(0, new Relu()).ExportOnnx(_file.Path, [4, 3]));
    }

    private ModelProto Read() => ModelProto.Parser.ParseFrom(File.ReadAllBytes(_file.Path));

    private static string Described(IEnumerable<ValueInfoProto> values) => string.Join("; ", values.Select(value =>
        $"{value.Name}: {string.Join(' ', value.Type.TensorType.Shape.Dim.Select(axis => axis.HasDimParam ? axis.DimParam : $"{axis.DimValue}"))}"));

    private sealed class Doubling : Module
    {
        public override Tensor Forward(Tensor input) => input * 2;

        public override Tensor Backward(Tensor outputGradient) => outputGradient * 2;
    }

    private sealed class TwoLayers : Module, ISequentialModule
    {
        private readonly Linear _linear;
        private readonly Gelu _gelu = new();

        public TwoLayers(Generator generator)
        {
            _linear = Register("linear", new Linear(3, 2, generator));
            Follow(_gelu);
        }

        public IEnumerable<Module> Layers => [_linear, _gelu];

        public override Tensor Forward(Tensor input) => _gelu.Forward(_linear.Forward(input));

        public override Tensor Backward(Tensor outputGradient) => _linear.Backward(_gelu.Backward(outputGradient));
    }
}
