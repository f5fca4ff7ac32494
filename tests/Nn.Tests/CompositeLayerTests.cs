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
