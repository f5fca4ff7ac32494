namespace Quern.Tensors.Tests;

/// <summary>One element-wise operation of one operand, declared once for every test and every device.</summary>
/// <param name="Name">The operation's name everywhere.</param>
/// <param name="Run">The operation itself, with its result argument.</param>
/// <param name="Plain">The same for one number in double precision.</param>
/// <param name="Low">The least input drawn.</param>
/// <param name="High">The greatest input drawn.</param>
public sealed record UnaryOperation(
    string Name, Func<Tensor, Tensor?, Tensor> Run, Func<double, double> Plain, float Low = -4, float High = 4)
{
    public static IReadOnlyList<UnaryOperation> All { get; } =
    [
        new(nameof(Tensor.Abs), (x, result) => x.Abs(result), Math.Abs),
        new(nameof(Tensor.Cos), (x, result) => x.Cos(result), Math.Cos),
        new(nameof(Tensor.Exp), (x, result) => x.Exp(result), Math.Exp),
        new(nameof(Tensor.Log), (x, result) => x.Log(result), Math.Log, 1e-3f, 50),
        new(nameof(Tensor.Negate), (x, result) => x.Negate(result), x => -x),
        new(nameof(Tensor.Reciprocal), (x, result) => x.Reciprocal(result), x => 1 / x, 0.1f, 9),
        new(nameof(Tensor.Relu), (x, result) => x.Relu(result), x => x < 0 ? 0 : x),
        new(nameof(Tensor.Sigmoid), (x, result) => x.Sigmoid(result), x => 1 / (1 + Math.Exp(-x))),
        new(nameof(Tensor.Sin), (x, result) => x.Sin(result), Math.Sin),
        new(nameof(Tensor.Sqrt), (x, result) => x.Sqrt(result), Math.Sqrt, 0, 9),
        new(nameof(Tensor.Square), (x, result) => x.Square(result), x => x * x),
        new(nameof(Tensor.Tanh), (x, result) => x.Tanh(result), Math.Tanh),
    ];

    public static TheoryData<string> Names => [.. All.Select(operation => operation.Name)];

    public static UnaryOperation Named(string name) => All.Single(operation => operation.Name == name);
}
