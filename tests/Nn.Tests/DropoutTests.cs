using Quern.Nn.Tests.Gradients;
using Quern.Tensors;

namespace Quern.Nn.Tests;

public class DropoutTests
{
    [Fact]
    public void In_training_the_gradient_goes_through_the_choice_of_the_forward_pass()
    {
        Dropout layer = new(new Generator(3), 0.25);
        Tensor input = Tensor.Ones([31, 17]);
        Tensor output = layer.Forward(input);
        Assert.Equal([0, 4f / 3], output.ToArray().Distinct().Order());
        Assert.Equal(output.ToArray(), layer.Backward(input).ToArray());
    }

    [Fact]
    public void Each_forward_pass_chooses_anew_and_a_generator_of_the_same_seed_repeats_them()
    {
        Tensor input = Tensor.Ones([31, 17]);
        float[][] Passes(int threads)
        {
            Dropout layer = new(new Generator(3), 0.25);
            Tensor there = input.To(new CpuDevice(threads));
            return [layer.Forward(there).ToArray(), layer.Forward(there).ToArray()];
        }

        float[][] passes = Passes(1);
        Assert.NotEqual(passes[0], passes[1]);
        Assert.Equal(passes, Passes(2));
        Assert.Equal(passes, Passes(3));
    }

    [Fact]
    public void A_change_of_the_mode_forgets_the_forward_pass()
    {
        foreach (Action<Module> change in (Action<Module>[])[layer => layer.Train(), layer => layer.Eval(keepForBackward: true)])
        {
            foreach (Module layer in (Module[])[new Dropout(new Generator(1)), new BatchNorm1d(3)])
            {
                layer.Forward(Tensor.Ones([4, 3]));
                change(layer);
                Assert.Contains(
                    "there was no forward pass", Assert.Throws<InvalidOperationException>(() => layer.Backward(Tensor.Ones([4, 3]))).Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void In_evaluation_it_does_nothing_and_draws_nothing()
    {
        Generator generator = new(3);
        Sequential network = new(new Dropout(generator));
        network.Eval(keepForBackward: true);
        Tensor input = Samples.Tensor([1, 7], 1);
        Assert.Same(input, network.Forward(input));
        Assert.Same(input, network.Backward(input));
        Assert.Equal(0UL, generator.Stream);
        network.Train();
        Assert.NotSame(input, network.Forward(input));
        Assert.Equal(1UL, generator.Stream);
    }

    [Fact]
    public void Everything_or_nothing_can_be_dropped()
    {
        Tensor input = Samples.Tensor([3, 7], 1);
        Assert.Equal(input.ToArray(), new Dropout(new Generator(0), 0).Forward(input).ToArray());
        Assert.All(new Dropout(new Generator(0), 1).Forward(input).ToArray(), value => Assert.Equal(0, value));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(new Generator(0), 1.5));
    }
}
