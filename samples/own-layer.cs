#:project ../src/Nn/Quern.Nn.csproj
// A layer of one's own, with its backward pass, the check of it, and a network that needs it.
//   dotnet run -c Release samples/own-layer.cs
using System.Globalization;
using Quern.Nn;
using Quern.Tensors;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Generator generator = new(seed: 1);

// Every element of the input and of the parameter against central differences of the forward pass.
GradientCheckReport report = GradientCheck.Run(new Snake(columns: 5), Tensor.RandomNormal([7, 5], generator));
Console.WriteLine(report);

// A wave goes on forever, and a network of Tanh does not; one of Snake learns it.
Tensor x = Tensor.Random([512, 1], generator, low: -3, high: 3);
Tensor y = (x * 3).Sin();
Sequential network = new(new Linear(1, 32, generator), new Snake(32), new Linear(32, 32, generator), new Snake(32), new Linear(32, 1, generator));
Adam optimizer = new(network.Parameters, learningRate: 0.01);
MseLoss loss = new();
for (int step = 0; step < 500; step++)
{
    loss.Forward(network.Forward(x), y);
    optimizer.ZeroGradient();
    network.BackwardParameters(loss.Backward());
    optimizer.Step();
}

network.Eval();
Console.WriteLine($"loss {loss.Evaluate(network.Forward(x), y).Item():F5}");

/// <summary>y = x + sin²(a x) / a for each column, with a learned (Ziyin and others, 2020).</summary>
internal sealed class Snake : Module
{
    private readonly Parameter _a;
    private Tensor? _x;

    public Snake(int columns) => _a = RegisterParameter("a", Tensor.Ones(columns));

    // In evaluation nothing may be kept, so that any number of threads may call.
    public override Tensor Forward(Tensor input)
    {
        _x = KeepsForBackward ? input : _x;
        return input + (input * _a.Value).Sin().Square() / _a.Value;
    }

    // With s = sin(2 a x): ∂y/∂x = 1 + s, and ∂y/∂a = (a x s - sin²(a x)) / a².
    public override Tensor Backward(Tensor outputGradient)
    {
        Tensor a = _a.Value, ax = _x! * a, s = (ax * 2).Sin();
        Tensor gradient = _a.AccumulateGradient(out bool accumulate);
        Tensor added = (outputGradient * (ax * s - ax.Sin().Square()) / a.Square()).Sum(axis: 0);
        gradient.CopyFrom(accumulate ? gradient + added : added);
        return outputGradient * (1 + s);
    }
}
