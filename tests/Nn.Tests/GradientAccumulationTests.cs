using Quern.Nn.Tests.Gradients;
using Quern.Tensors;

namespace Quern.Nn.Tests;

/// <summary>Backward passes add to the gradients of parameters until these are marked as zero.</summary>
public sealed class GradientAccumulationTests
{
    private static readonly Dictionary<string, (Func<Module> Make, Shape Input)> Layers = new()
    {
        ["Linear"] = (() => new Linear(5, 3, new Generator(1)), [4, 5]),
        ["Linear below an activation"] = (() => new Sequential(new Linear(5, 3, new Generator(1)), new Tanh(), new Linear(3, 2, new Generator(2))), [4, 5]),
        ["Conv2d"] = (() => new Conv2d(2, 3, 3, new Generator(1), padding: 1), [2, 2, 5, 4]),
        ["ConvTranspose2d"] = (() => new ConvTranspose2d(2, 3, 3, new Generator(1), stride: 2), [2, 2, 3, 4]),
        ["BatchNorm1d"] = (() => new BatchNorm1d(5), [4, 5]),
        ["BatchNorm2d"] = (() => new BatchNorm2d(2), [3, 2, 4, 4]),
        ["LayerNorm"] = (() => new LayerNorm([5]), [4, 5]),
        ["GroupNorm"] = (() => new GroupNorm(2, 4), [3, 4, 5]),
        ["MultiheadAttention"] = (() => new MultiheadAttention(4, 2, new Generator(1)), [2, 3, 4]),
    };

    public static TheoryData<string> Names => new(Layers.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Two_backward_passes_add_up_and_ZeroGradient_begins_anew(string name)
    {
        Module layer = Layers[name].Make();
        Pass();
        float[][] once = Gradients();
        Pass();
        Assert.All(once.Zip(Gradients()), pair => Assert.All(pair.First.Zip(pair.Second), value => Assert.Equal(2 * value.First, value.Second, 1e-5f * (1 + Math.Abs(value.Second)))));
        layer.ZeroGradient();
        Pass();
        Assert.Equal(once, Gradients());
        Assert.All(once, gradient => Assert.Contains(gradient, value => value != 0));

        float[][] Gradients() => [.. layer.Parameters.Select(parameter => parameter.Gradient.ToArray())];

        void Pass()
        {
            Tensor output = layer.Forward(Samples.Tensor(Layers[name].Input, 1));
            layer.Backward(Samples.Tensor(output.Shape, 2));
        }
    }
}
