using Quern.Tensors;

namespace Quern.Nn.Tests.Parity;

/// <summary>Small layers against PyTorch: outputs, and the gradients of input and parameters.</summary>
public class LayerParityTests
{
    private static readonly ParityFigures Figures = ParityFigures.Read("layers.safetensors");

    // The layers of make_figures.py, by the same names.
    private static readonly Dictionary<string, (Func<Module> Make, int[] Input)> Layers = new()
    {
        ["linear"] = (() => new Linear(7, 5, new Generator(0)), [3, 7]),
        ["linear_one"] = (() => new Linear(1, 1, new Generator(0)), [1, 1]),
        ["linear_no_bias"] = (() => new Linear(31, 17, new Generator(0), bias: false), [13, 31]),
        ["linear_deep"] = (() => new Linear(131, 3, new Generator(0)), [2, 131]),
        ["relu"] = (() => new ReLU(), [5, 13]),
        ["sigmoid"] = (() => new Sigmoid(), [5, 13]),
        ["tanh"] = (() => new Tanh(), [5, 13]),
        ["sequential"] = (
            () => new Sequential(
                new Linear(11, 13, new Generator(0)), new ReLU(), new Linear(13, 7, new Generator(0)), new Tanh(),
                new Linear(7, 5, new Generator(0)), new Sigmoid()),
            [6, 11]),
    };

    public static TheoryData<string> Names => [.. Layers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_layer_agrees_with_PyTorch(string name)
    {
        (Func<Module> make, int[] inputShape) = Layers[name];
        Module layer = make();
        uint stream = 10;
        foreach (Parameter parameter in layer.Parameters)
        {
            parameter.Value.CopyFrom(ParityFormulas.Values(stream++, parameter.Value.Shape));
        }

        Tensor output = layer.Forward(ParityFormulas.Values(1, inputShape, 4));
        AssertNear($"{name}.output", output);
        AssertNear($"{name}.input_gradient", layer.Backward(ParityFormulas.Values(2, output.Shape)));
        foreach ((string parameterName, Parameter parameter) in layer.NamedParameters)
        {
            AssertNear($"{name}.{parameterName}.gradient", parameter.Gradient);
        }
    }

    [Fact]
    public void MseLoss_agrees_with_PyTorch()
    {
        MseLoss loss = new();
        AssertNear("mse_loss.output", loss.Forward(ParityFormulas.Values(1, [5, 13]), ParityFormulas.Values(3, [5, 13])));
        AssertNear("mse_loss.input_gradient", loss.Backward());
    }

    [Fact]
    public void Every_committed_figure_is_compared()
    {
        IEnumerable<string> layers = Figures.Names.Select(name => name.Split('.')[0]).Distinct();
        Assert.Equal(layers.Order(StringComparer.Ordinal), Layers.Keys.Append("mse_loss").Order(StringComparer.Ordinal));
    }

    // PyTorch in float32 is up to 7e-7 from itself in float64 here.
    private static void AssertNear(string name, Tensor tensor) => Assert.InRange(Figures.Distance(name, tensor.ToArray()), 0, 5e-6);
}
