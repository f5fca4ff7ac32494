using Quern.Nn.Tests.Gradients;
using Quern.Tensors;

namespace Quern.Nn.Tests;

/// <summary>
/// A layer remembers one forward pass, so a network that has it in two places would give wrong gradients: it is refused, at any depth.
/// </summary>
public sealed class LayerUsedTwiceTests
{
    [Fact]
    public void In_two_modules_of_one_network_it_is_refused_with_both_names()
    {
        Linear layer = new(2, 2, new Generator(0));
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Sequential(new Sequential(layer), new Tanh(), new Sequential(layer)));
        Assert.StartsWith(
            "Sequential: '2.0' is a layer that is already part of this module, as '0.0'; a layer remembers one forward pass, so each place needs a layer of its own. Make a second Linear.",
            error.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void At_any_depth_it_is_refused(int depth)
    {
        Linear layer = new(2, 2, new Generator(0));
        Module deep = layer;
        for (int i = 0; i < depth; i++)
        {
            deep = new Sequential(deep);
        }

        Assert.Throws<ArgumentException>(() => new Sequential(deep, layer));
        Assert.Throws<ArgumentException>(() => new Sequential(layer, deep));
        Assert.Throws<ArgumentException>(() => new Sequential(("first", new Sequential(new Relu(), deep)), ("second", new Sequential(layer))));
        Assert.Equal(2, new Sequential(deep).Parameters.Count);
    }

    [Fact]
    public void A_layer_without_parameters_is_refused_too()
    {
        Tanh layer = new();
        Assert.Throws<ArgumentException>(() => new Sequential(new Sequential(layer), new Linear(2, 2, new Generator(0)), layer));
    }

    [Fact]
    public void A_layer_that_comes_later_is_found_where_the_parameters_are_listed()
    {
        Linear layer = new(2, 2, new Generator(0));
        Custom inner = new();
        Custom outer = new();
        outer.Add("inner", inner);
        outer.Add("layer", layer);
        Assert.Equal(2, outer.Parameters.Count);
        inner.Add("again", layer);
        string message = Assert.Throws<InvalidOperationException>(() => outer.Parameters).Message;
        Assert.Contains("'layer' is a layer that is already part of this module, as 'inner.again'", message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => outer.NamedParameters.Count());
        Assert.Throws<InvalidOperationException>(() => outer.NamedBuffers.Count());
        Assert.Throws<InvalidOperationException>(() => outer.State.Count());
    }

    [Fact]
    public void A_module_is_not_part_of_itself()
    {
        Custom module = new();
        Assert.Contains(
            "'self' would be this module itself", Assert.Throws<ArgumentException>(() => module.Add("self", module)).Message, StringComparison.Ordinal);
        Sequential around = new(new Relu(), module);
        Assert.Contains(
            "'around.1' would be this module itself", Assert.Throws<ArgumentException>(() => module.Add("around", around)).Message, StringComparison.Ordinal);
        Assert.Empty(module.Parameters);
    }

    [Fact]
    public void A_layer_may_be_part_of_two_networks()
    {
        Linear layer = new(2, 2, new Generator(0));
        Assert.Equal(new Sequential(layer).Parameters, new Sequential(layer, new Relu()).Parameters);
    }

    [Fact]
    public void What_a_module_below_gets_later_is_among_the_parameters()
    {
        Custom inner = new();
        Custom outer = new();
        outer.Add("inner", inner);
        Assert.Empty(outer.Parameters);
        inner.Add("fc", new Linear(2, 2, new Generator(0)));
        Assert.Equal(["inner.fc.weight", "inner.fc.bias"], outer.NamedParameters.Select(named => named.Key));
        Assert.Equal(2, outer.Parameters.Count);
    }

    [Fact]
    public void Optimizers_refuse_a_parameter_that_is_given_twice()
    {
        Linear layer = new(3, 2, new Generator(0));
        Parameter[] twice = [.. layer.Parameters, layer.Weight];
        Assert.StartsWith(
            "Adam: parameter 2, of shape [2, 3], is also parameter 0; a step would change it twice. Give each parameter once.",
            Assert.Throws<ArgumentException>(() => new Adam(twice)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith("AdamW: parameter 2", Assert.Throws<ArgumentException>(() => new AdamW(twice)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Sgd: parameter 2", Assert.Throws<ArgumentException>(() => new Sgd(twice)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Optimizers_say_that_there_is_nothing_to_change()
    {
        Assert.StartsWith(
            "Adam: no parameters were given, so there is nothing to change. Give those of a module that has some.",
            Assert.Throws<ArgumentException>(() => new Adam(new Relu().Parameters)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith("Sgd: no parameters", Assert.Throws<ArgumentException>(() => new Sgd([])).Message, StringComparison.Ordinal);
        Assert.StartsWith("AdamW: parameter 0 is null", Assert.Throws<ArgumentException>(() => new AdamW([null!])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_without_any_gradient_says_so_and_does_not_count()
    {
        Linear layer = new(3, 2, new Generator(0));
        foreach (Optimizer optimizer in new Optimizer[] { new Adam(layer.Parameters), new AdamW(layer.Parameters), new Sgd(layer.Parameters) })
        {
            layer.Forward(Samples.Tensor([4, 3], 1));
            layer.Backward(Samples.Tensor([4, 2], 2));
            optimizer.ZeroGradient();
            Assert.Equal(
                $"{optimizer.GetType().Name}.Step: none of the 2 parameters has a gradient. Call Backward of the network between ZeroGradient and Step.",
                Assert.Throws<InvalidOperationException>(optimizer.Step).Message);
            Assert.Equal(0, optimizer.StepCount);
        }
    }

    private sealed class Custom : Module
    {
        public void Add(string name, Module child) => Register(name, child);

        public override Tensor Forward(Tensor input) => input;

        public override Tensor Backward(Tensor outputGradient) => outputGradient;
    }
}
