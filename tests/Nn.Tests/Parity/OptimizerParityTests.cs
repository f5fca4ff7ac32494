using Quern.Tensors;

namespace Quern.Nn.Tests.Parity;

/// <summary>The optimizers against PyTorch over 20 steps on every device, with gradients from large to tiny and zero.</summary>
public class OptimizerParityTests
{
    private static readonly ParityFigures Figures = ParityFigures.Read("optimizers.safetensors");

    private static readonly int[] Lengths = [1, 37];

    // The optimizers of make_figures.py, by the same names.
    private static readonly Dictionary<string, Func<IReadOnlyList<Parameter>, Optimizer>> Optimizers = new()
    {
        ["adam"] = parameters => new Adam(parameters),
        ["adam_fast"] = parameters => new Adam(parameters, 0.05f, 0.5f, 0.9f, 1e-4f),
        ["adam_no_memory"] = parameters => new Adam(parameters, 0.01f, 0, 0),
        ["adam_weight_decay"] = parameters => new Adam(parameters, 0.01f, 0.8f, 0.99f, weightDecay: 0.1f),
        ["adamw"] = parameters => new AdamW(parameters),
        ["adamw_weight_decay"] = parameters => new AdamW(parameters, 0.05, 0.8, 0.99, weightDecay: 0.3),
        ["adam_clipped"] = parameters => new Adam(parameters, 0.01),
        ["rmsprop"] = parameters => new RmsProp(parameters),
        ["rmsprop_all"] = parameters => new RmsProp(parameters, 0.02, 0.9, 1e-4, 0.05, 0.7),
        ["sgd"] = parameters => new Sgd(parameters, 0.1f),
        ["sgd_momentum"] = parameters => new Sgd(parameters, 0.05f, momentum: 0.9f),
        ["sgd_nesterov"] = parameters => new Sgd(parameters, 0.05f, momentum: 0.8f, nesterov: true),
        ["sgd_weight_decay"] = parameters => new Sgd(parameters, 0.05f, weightDecay: 0.1f),
        ["sgd_all"] = parameters => new Sgd(parameters, 0.02f, 0.7f, 0.05f, nesterov: true),
    };

    public static TheoryData<string> Names => [.. Optimizers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Twenty_steps_agree_with_PyTorch(string name) => Assert.All(Device.All, device =>
    {
        Parameter[] parameters = [.. Lengths.Select((length, index) => new Parameter(ParityFormulas.Values(1900 + (uint)index, [length]).To(device)))];
        Optimizer optimizer = Optimizers[name](parameters);
        double[] expected = Figures[name];
        int position = 0;
        for (int step = 0; step < 20; step++)
        {
            optimizer.ZeroGradient();
            for (int index = 0; index < parameters.Length; index++)
            {
                parameters[index].AccumulateGradient(out _).CopyFrom(Gradient(step, index).To(device));
            }

            if (name.EndsWith("_clipped", StringComparison.Ordinal))
            {
                GradientClipping.ClipNorm(parameters, 0.5f);
            }

            optimizer.Step();
            foreach (float value in parameters.SelectMany(parameter => parameter.Value.ToArray()))
            {
                // PyTorch in float32 is up to 3e-7 from itself in float64 here.
                Assert.InRange(Math.Abs(value - expected[position++]), 0, 1.5e-6);
            }
        }

        Assert.Equal(expected.Length, position);
        Assert.Equal(20, optimizer.StepCount);
    });

    // PyTorch 1.13.1: torch.optim.Adam([torch.zeros(1)], lr=0.1) with gradients 1e20, 1, 1; AdamW with its weight decay of 0.01.
    [Theory]
    [InlineData(false, -0.2188015f)]
    [InlineData(true, -0.2185346f)]
    public void Adam_recovers_from_a_gradient_whose_square_is_no_float(bool decoupled, float expected) => Assert.All(Device.All, device =>
    {
        Parameter parameter = new(Tensor.Zeros([37], device));
        Optimizer optimizer = decoupled ? new AdamW([parameter], 0.1) : new Adam([parameter], 0.1);
        foreach (float gradient in (float[])[1e20f, 1, 1])
        {
            optimizer.ZeroGradient();
            parameter.AccumulateGradient(out _).Fill(gradient);
            optimizer.Step();
        }

        Assert.All(parameter.Value.ToArray(), value => Assert.Equal(expected, value, 1e-6f));
    });

    [Fact]
    public void Adam_takes_zero_gradients_without_harm()
    {
        Parameter parameter = new(Tensor.From(1, 2, 3));
        parameter.AccumulateGradient(out _).Fill(0);
        new Adam([parameter]).Step();
        Assert.Equal([1, 2, 3], parameter.Value.ToArray());
    }

    [Fact]
    public void Every_committed_figure_is_compared() =>
        Assert.Equal(Figures.Names.Order(StringComparer.Ordinal), Optimizers.Keys.Order(StringComparer.Ordinal));

    // Position i is scaled by 2^-(i % 24), and every 11th is 0.
    private static Tensor Gradient(int step, int index)
    {
        Tensor gradient = ParityFormulas.Values((uint)(2000 + (2 * step) + index), [Lengths[index]]);
        for (int i = 0; i < Lengths[index]; i++)
        {
            gradient[i] = i % 11 == 10 ? 0 : gradient[i] * MathF.Pow(2, -(i % 24));
        }

        return gradient;
    }
}
