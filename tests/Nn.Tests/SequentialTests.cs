using Quern.Nn.Tests.Gradients;
using Quern.Tensors;

namespace Quern.Nn.Tests;

public sealed class SequentialTests
{
    [Fact]
    public void Layers_may_be_added_one_by_one()
    {
        Sequential network = new();
        Tensor input = Samples.Tensor([4, 2], 1);
        Assert.Same(input, network.Forward(input));
        network.Add(new Linear(2, 3, new Generator(0)));
        network.Add(new Tanh());
        network.Add("last", new Linear(3, 1, new Generator(1)));
        Sequential same = new(new Linear(2, 3, new Generator(0)), new Tanh(), new Linear(3, 1, new Generator(1)));
        Assert.Equal(["0.weight", "0.bias", "last.weight", "last.bias"], network.NamedParameters.Select(named => named.Key));
        Assert.Equal(same.Forward(input).ToArray(), network.Forward(input).ToArray());
        Assert.Equal(same.Backward(Tensor.Ones([4, 1])).ToArray(), network.Backward(Tensor.Ones([4, 1])).ToArray());
    }

    [Fact]
    public void An_activation_in_another_mode_than_the_layer_before_it_runs_by_itself()
    {
        Tensor one = Tensor.Full([2, 3], 1), other = Tensor.Full([2, 3], 2);
        Tanh activation = new();
        Sequential network = new(new Linear(3, 2, new Generator(1)), activation);

        // In evaluation its outputs are the caller's, and never overwritten.
        activation.Eval();
        Tensor output = network.Forward(one);
        float[] before = output.ToArray();
        network.Forward(other);
        Assert.Equal(before, output.ToArray());

        // In training it goes by what it has put out itself.
        network.Eval();
        activation.Train();
        output = network.Forward(one);
        float[] expected = [.. output.ToArray().Select(y => 1 - (y * y))];
        Assert.All(activation.Backward(Tensor.Ones([2, 2])).ToArray().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-6f));
    }

    [Fact]
    public void BackwardParameters_takes_the_gradient_through_the_first_layer_once()
    {
        // The first layer is an activation, which the layer behind it must not take the gradient on through.
        Sequential network = new(new Tanh(), new Linear(3, 2, new Generator(1)));
        Tensor input = Tensor.From(new float[,] { { 0.5f, -1, 2 } }), gradient = Tensor.From(new float[,] { { 1, -2 } });
        network.Forward(input);
        network.Backward(gradient);
        float[][] expected = [.. network.Parameters.Select(parameter => parameter.Gradient.ToArray())];
        network.ZeroGradient();
        network.Forward(input);
        network.BackwardParameters(gradient);
        Assert.Equal(expected, network.Parameters.Select(parameter => parameter.Gradient.ToArray()));
    }

    [Fact]
    public void It_is_a_collection_of_its_layers()
    {
        Linear first = new(2, 3, new Generator(0));
        Sequential network = [first, new Relu()];
        Sequential named = new() { { "fc", new Linear(1, 1, new Generator(0)) }, { "tanh", new Tanh() } };
        Assert.Equal(2, network.Count);
        Assert.Same(first, network[0]);
        Assert.IsType<Relu>(network[^1]);
        Assert.Equal([typeof(Linear), typeof(Tanh)], named.Select(layer => layer.GetType()));
        Assert.StartsWith(
            "Sequential: the network has 2 layers, numbered from 0.",
            Assert.Throws<ArgumentOutOfRangeException>(() => network[2]).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_or_a_layer_that_is_taken_changes_nothing()
    {
        Linear layer = new(2, 2, new Generator(0));
        Sequential network = new(layer);
        Assert.Throws<ArgumentException>(() => network.Add(layer));
        Assert.Throws<ArgumentException>(() => network.Add("0", new Relu()));
        Assert.Single(network);
    }

    [Fact]
    public void A_module_shows_what_it_is_made_of()
    {
        Generator random = new(0);
        Sequential network = new(("encoder", new Sequential(new Linear(2, 8, random), new BatchNorm1d(8))), ("act", new Tanh()), ("out", new Linear(8, 200, random, bias: false)));
        Assert.Equal(
            """
            Sequential(
              (encoder): Sequential(
                (0): Linear(weight [8, 2], bias [8])
                (1): BatchNorm1d(weight [8], bias [8], running_mean [8], running_var [8], num_batches_tracked [])
              )
              (act): Tanh()
              (out): Linear(weight [200, 8])
            ) 1,640 parameters
            """,
            network.ToString());
        Assert.Equal("Linear(weight [8, 2], bias [8]) 24 parameters", new Linear(2, 8, random).ToString());
        Assert.Equal("Relu()", new Relu().ToString());
    }
}
