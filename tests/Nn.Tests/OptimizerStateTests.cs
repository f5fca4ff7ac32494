using Quern.Nn.Tests.Parity;
using Quern.Tensors;

namespace Quern.Nn.Tests;

public class OptimizerStateTests
{
    private const int Steps = 5;

    private static readonly Dictionary<string, Func<Parameter[], Optimizer>> Optimizers = new()
    {
        ["adam"] = parameters => new Adam(parameters, 0.01, weightDecay: 0.1),
        ["sgd"] = parameters => new Sgd(parameters, 0.05, momentum: 0.9, nesterov: true),
    };

    public static TheoryData<string> Names => [.. Optimizers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_loaded_state_goes_on_to_the_bit(string name)
    {
        Parameter[] parameters = Parameters();
        Optimizer optimizer = Optimizers[name](parameters);
        Take(optimizer, parameters, 0);
        Parameter[] others = [.. parameters.Select(parameter => new Parameter(parameter.Value.Clone()))];
        Optimizer other = Optimizers[name](others);
        other.LoadState(optimizer.State.ToDictionary(), optimizer.StepCount);

        Take(optimizer, parameters, Steps);
        Take(other, others, Steps);

        Assert.Equal(2 * Steps, other.StepCount);
        Assert.Equal(Values(parameters), Values(others));
        Assert.Equal(optimizer.State.Select(named => named.Key), other.State.Select(named => named.Key));
    }

    [Fact]
    public void State_has_PyTorchs_names_and_nothing_of_a_parameter_that_no_gradient_reached()
    {
        Parameter[] parameters = Parameters();
        Optimizer adam = Optimizers["adam"](parameters);
        Optimizer sgd = Optimizers["sgd"](parameters);
        Assert.Empty(adam.State);

        parameters[1].AccumulateGradient(out _).Fill(1);
        adam.Step();
        sgd.Step();

        Assert.Equal(["1.exp_avg", "1.exp_avg_sq"], adam.State.Select(named => named.Key));
        Assert.Equal(["1.momentum_buffer"], sgd.State.Select(named => named.Key));
        Assert.All(adam.State, named => Assert.Equal(parameters[1].Value.Shape, named.Value.Shape));
    }

    [Fact]
    public void A_step_without_any_gradient_is_refused_and_does_not_count()
    {
        Optimizer[] optimizers = [new Adam([new(Tensor.Ones([2]))]), new AdamW([new(Tensor.Ones([2]))]), new Sgd([new(Tensor.Ones([2]))])];
        foreach (Optimizer optimizer in optimizers)
        {
            Assert.Contains("none of the 1 parameters has a gradient", Assert.Throws<InvalidOperationException>(optimizer.Step).Message, StringComparison.Ordinal);
            Assert.Equal(0, optimizer.StepCount);
        }
    }

    [Fact]
    public void A_parameter_without_state_begins_anew()
    {
        Parameter[] parameters = Parameters();
        Optimizer optimizer = Optimizers["adam"](parameters);
        Take(optimizer, parameters, 0);

        optimizer.LoadState(new Dictionary<string, Tensor>(), 0);

        Assert.Empty(optimizer.State);
        Assert.Equal(0, optimizer.StepCount);
    }

    [Theory]
    [InlineData("0.exp_avg", "only some of")]
    [InlineData("2.exp_avg", "no '2.exp_avg'")]
    [InlineData("0.momentum_buffer", "no '0.momentum_buffer'")]
    [InlineData("exp_avg", "no 'exp_avg'")]
    public void A_state_of_other_names_is_refused_and_nothing_changes(string name, string problem)
    {
        Parameter[] parameters = Parameters();
        Optimizer optimizer = Optimizers["adam"](parameters);
        Take(optimizer, parameters, 0);
        float[][] before = [.. optimizer.State.Select(named => named.Value.ToArray())];

        var error = Assert.Throws<StateFileException>(() => optimizer.LoadState(new Dictionary<string, Tensor> { [name] = Tensor.Zeros([37]) }, 1));

        Assert.Contains(problem, error.Message);
        Assert.Equal(before, optimizer.State.Select(named => named.Value.ToArray()));
        Assert.Equal(Steps, optimizer.StepCount);
    }

    [Fact]
    public void A_state_of_another_shape_or_a_negative_step_is_refused()
    {
        Optimizer optimizer = Optimizers["sgd"](Parameters());

        var error = Assert.Throws<StateFileException>(() => optimizer.LoadState(new Dictionary<string, Tensor> { ["0.momentum_buffer"] = Tensor.Zeros([36]) }, 1));
        Assert.Contains("[36]", error.Message);
        Assert.Contains("[37]", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.LoadState(new Dictionary<string, Tensor>(), -1));
    }

    private static Parameter[] Parameters() => [new(ParityFormulas.Values(7, [37])), new(ParityFormulas.Values(8, [3, 5]))];

    private static void Take(Optimizer optimizer, Parameter[] parameters, int first)
    {
        for (int step = first; step < first + Steps; step++)
        {
            optimizer.ZeroGradient();
            for (int i = 0; i < parameters.Length; i++)
            {
                parameters[i].AccumulateGradient(out _).CopyFrom(ParityFormulas.Values(100 + (uint)((step * 2) + i), [.. parameters[i].Value.Shape]));
            }

            optimizer.Step();
        }
    }

    private static float[][] Values(Parameter[] parameters) => [.. parameters.Select(parameter => parameter.Value.ToArray())];
}
