using System.Globalization;
using Quern.Nn;
using Quern.Tensors;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

Tensor inputs = Tensor.From(new float[,] { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } });
Tensor targets = Tensor.From([0, 1, 1, 0], [4, 1]);

Sequential network = Network(seed: 1);
MseLoss loss = new();
Adam optimizer = new(network.Parameters, learningRate: 0.05);
for (int step = 0; step < 500; step++)
{
    loss.Forward(network.Forward(inputs), targets);
    optimizer.ZeroGradient();
    network.BackwardParameters(loss.Backward());
    optimizer.Step();
}

float[] answers = network.Forward(inputs).ToArray();
Console.WriteLine($"xor: {string.Join(' ', answers.Select(answer => answer.ToString("F0")))}");

network.Save("xor.safetensors");
Sequential loaded = Network(seed: 2);
loaded.Load("xor.safetensors");
Console.WriteLine($"loaded: {loaded.Forward(inputs).ToArray().SequenceEqual(answers)}");

foreach ((string name, Tensor tensor) in SafeTensors.Read(args[0]).Tensors)
{
    Console.WriteLine($"{name} {tensor.Shape}: {string.Join(' ', tensor.ToArray())}");
}

static Sequential Network(ulong seed)
{
    Generator generator = new(seed);
    return new(("hidden", new Dense(2, 8, generator)), ("tanh", new Tanh()), ("output", new Dense(8, 1, generator)), ("sigmoid", new Sigmoid()));
}

/// <summary>y = x W + b, written against the public surface alone.</summary>
internal sealed class Dense : Module
{
    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private Tensor? _input;

    public Dense(int inputs, int outputs, Generator generator)
    {
        _weight = RegisterParameter("weight", Tensor.Random([inputs, outputs], generator, -1, 1));
        _bias = RegisterParameter("bias", Tensor.Zeros([outputs]));
    }

    public override Tensor Forward(Tensor input)
    {
        _input = input;
        return input.MatMul(_weight.Value) + _bias.Value;
    }

    public override Tensor Backward(Tensor outputGradient)
    {
        Tensor weightGradient = _weight.AccumulateGradient(out bool accumulate);
        _input!.MatMul(outputGradient, transposeLeft: true, result: weightGradient, accumulate: accumulate);
        Tensor biasGradient = _bias.AccumulateGradient(out accumulate);
        Tensor sum = outputGradient.Sum(axis: 0);
        biasGradient.CopyFrom(accumulate ? biasGradient + sum : sum);
        return outputGradient.MatMul(_weight.Value, transposeRight: true);
    }
}
