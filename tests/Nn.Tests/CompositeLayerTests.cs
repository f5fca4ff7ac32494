using Quern.Nn.Tests.Gradients;
using Quern.Tensors;

namespace Quern.Nn.Tests;

/// <summary>Modules in which several paths meet: what they refuse, and how they show themselves.</summary>
public class CompositeLayerTests
{
    [Fact]
    public void A_residual_layer_names_its_children()
    {
        Residual residual = new(new Sequential(new Linear(4, 3, new Generator(0)), new Relu()), new Linear(4, 3, new Generator(0), bias: false));
        Assert.Equal(["module.0.weight", "module.0.bias", "shortcut.weight"], residual.State.Select(named => named.Key));
        Assert.Equal(
            """
            Residual(
              (module): Sequential(
                (0): Linear(weight [3, 4], bias [3])
                (1): Relu()
              )
              (shortcut): Linear(weight [3, 4])
            ) 27 parameters
            """.ReplaceLineEndings("\n"),
            residual.ToString());
    }

    [Fact]
    public void A_residual_layer_says_what_does_not_add_up()
    {
        Linear narrower = new(4, 3, new Generator(0));
        Assert.Equal(
            "Residual: the output of the module has shape [2, 3], and the input has [2, 4]. Let it keep the shape, or give a shortcut that makes [2, 3] of the input.",
            Assert.Throws<ShapeException>(() => new Residual(narrower).Forward(Tensor.Ones(2, 4))).Message);
        Residual residual = new(new Linear(4, 3, new Generator(0)), new Linear(4, 2, new Generator(0)));
        residual.Eval();
        Assert.Contains("that of the shortcut has [2, 2]", Assert.Throws<ShapeException>(() => residual.Forward(Tensor.Ones(2, 4))).Message, StringComparison.Ordinal);
        Assert.Contains("already part", Assert.Throws<ArgumentException>(() => new Residual(narrower, narrower)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_another_path_needs_is_not_written_over()
    {
        Residual first = new(new Sequential(new Relu(inPlace: true), new Linear(3, 3, new Generator(0))));
        const string Written = "Residual.Forward: a module within wrote over the input, which is needed as it was. Let its first activation not work in place (inPlace: false).";
        Assert.Equal(Written, Assert.Throws<InvalidOperationException>(() => first.Forward(Tensor.Ones(2, 3))).Message);
        first.Eval();
        Assert.Equal(Written, Assert.Throws<InvalidOperationException>(() => first.Forward(Tensor.Ones(2, 3))).Message);

        Residual last = new(new Sequential(new Linear(3, 3, new Generator(0)), new Tanh(), new Relu(inPlace: true)));
        last.Forward(Tensor.Ones(2, 3));
        Assert.Contains(
            "Residual.Backward: a module within wrote over the output gradient", Assert.Throws<InvalidOperationException>(() => last.Backward(Tensor.Ones(2, 3))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Branches_that_do_not_fit_are_refused()
    {
        Generator random = new(0);
        Assert.Equal(
            "Concat: a branch has an output of shape [3, 2] and the first one [3, 4]; to be joined along axis 0 they may differ in that axis alone.",
            Assert.Throws<ShapeException>(() => new Concat(0, new Tanh(), new Linear(4, 2, random)).Forward(Tensor.Ones(3, 4))).Message);
        Assert.Equal("Concat: a tensor of shape [3, 4] has no axis 2.", Assert.Throws<ShapeException>(() => new Concat(2, new Tanh()).Forward(Tensor.Ones(3, 4))).Message);
        Assert.Equal(
            "Split: the input has shape [3, 5], whose axis 1 cannot be cut into 2 parts of equal length.",
            Assert.Throws<ShapeException>(() => new Split(1, new Tanh(), new Relu()).Forward(Tensor.Ones(3, 5))).Message);
        Assert.Equal(
            "Split: the input has shape [3, 5], whose axis -1 cannot be cut into parts of lengths 2, 4.",
            Assert.Throws<ShapeException>(() => new Split(-1, (2, new Tanh()), (4, new Relu())).Forward(Tensor.Ones(3, 5))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Split(1, (0, new Tanh())));
        Assert.Throws<ArgumentException>(() => new Concat(1));
        Tanh twice = new();
        Assert.Contains("already part", Assert.Throws<ArgumentException>(() => new Concat(1, twice, twice)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "Concat.Forward: a module within wrote over the input",
            Assert.Throws<InvalidOperationException>(() => new Concat(1, new Tanh(), new Relu(inPlace: true)).Forward(Tensor.Ones(3, 4))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Branches_are_named_by_position()
    {
        Split split = new(1, (1, new Linear(1, 2, new Generator(0))), (2, new Sequential(new Relu())));
        Assert.Equal(["0.weight", "0.bias"], split.State.Select(named => named.Key));
        Assert.Equal(
            """
            Split(
              (0): Linear(weight [2, 1], bias [2])
              (1): Sequential(
                (0): Relu()
              )
            ) 4 parameters
            """.ReplaceLineEndings("\n"),
            split.ToString());
        Assert.Equal(2, split.Count);
        Assert.IsType<Sequential>(split[1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => split[2]);
    }

    [Fact]
    public void A_backward_pass_needs_its_forward_pass()
    {
        Residual residual = new(new Sequential());
        Assert.Throws<InvalidOperationException>(() => residual.Backward(Tensor.Ones(2, 3)));
        residual.Forward(Samples.Tensor([2, 3], 1));
        Assert.Throws<ShapeException>(() => residual.Backward(Tensor.Ones(3, 2)));
        residual.Forward(Samples.Tensor([2, 3], 1));
        residual.Forward(Samples.Tensor([2, 3], 1));
        Assert.Throws<InvalidOperationException>(() => residual.Backward(Tensor.Ones(2, 3)));
        residual.Eval();
        Assert.Throws<InvalidOperationException>(() => residual.Backward(Tensor.Ones(2, 3)));
    }
}
