using Quern.Tensors;

namespace Quern.Nn.Tests.Gradients;

/// <summary>The plain formula of a module: its output from its input and its parameters, by name.</summary>
internal delegate PlainTensor Formula(PlainFormulas formulas, PlainTensor x, IReadOnlyDictionary<string, PlainTensor> p);

/// <summary>
/// All that the tests need to know about a module: how to make it, what to feed it and what it should compute. The forward
/// check, the gradient check and the checks on other devices and instruction sets all follow from this.
/// </summary>
/// <param name="Name">What is checked, for people.</param>
/// <param name="Input">The shape of the input; the first axis is the batch.</param>
/// <param name="Make">Makes the module on a device.</param>
/// <param name="Formula">What it should compute.</param>
internal sealed record GradientCase(string Name, Shape Input, Func<Generator, Device, Module> Make, Formula Formula)
{
    /// <summary>Input values are drawn from [-Scale, Scale).</summary>
    public float Scale { get; init; } = 1;

    /// <summary>Every so many-th input value is exactly 0; 0 for none.</summary>
    public int ZeroEvery { get; init; }

    /// <summary>Input values are whole numbers below this, for a layer that looks them up and has no gradient for them; 0 for others.</summary>
    public int Indices { get; init; }

    /// <summary>How many coordinates lie on a kink, where there is no derivative to compare with: skipped, and counted.</summary>
    public int Kinks { get; init; }

    /// <summary>How many coordinates of each tensor are checked, chosen at random; all if not given.</summary>
    public int Coordinates { get; init; } = int.MaxValue;

    public override string ToString() => Name;

    /// <summary>The module, its biases filled too, since zeros would hide mistakes.</summary>
    public Module MakeModule(Device device)
    {
        Module module = Make(new Generator(11), device);
        int seed = 100;
        foreach (Parameter parameter in module.Parameters.Where(parameter => parameter.Value.Rank == 1))
        {
            parameter.Value.CopyFrom(Samples.Values(parameter.Value.Shape, seed++, 0.5f));
        }

        return module;
    }

    public Tensor MakeInput(Device device)
    {
        float[] values = Samples.Values(Input, 1, Scale);
        for (int i = 0; ZeroEvery > 0 && i < values.Length; i += ZeroEvery)
        {
            values[i] = 0;
        }

        return Tensor.From(Indices > 0 ? [.. values.Select(value => MathF.Floor(Indices * (value + 1) / 2))] : values, Input, device);
    }
}
