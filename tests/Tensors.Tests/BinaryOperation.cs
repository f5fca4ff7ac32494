namespace Quern.Tensors.Tests;

/// <summary>One element-wise operation of two operands that broadcast, declared once for every test and every device.</summary>
/// <param name="Name">The operation's name everywhere.</param>
/// <param name="Run">The operation itself, with its result argument.</param>
/// <param name="RunNumber">The operation with a number on the right.</param>
/// <param name="Plain">The same for two numbers in double precision.</param>
/// <param name="Low">The least input drawn.</param>
/// <param name="High">The greatest input drawn.</param>
/// <param name="Ulps">The error that the operation's documentation states for every pair of floats; null where it states none.</param>
public sealed record BinaryOperation(
    string Name,
    Func<Tensor, Tensor, Tensor?, Tensor> Run,
    Func<Tensor, float, Tensor?, Tensor> RunNumber,
    Func<double, double, double> Plain,
    float Low = -4,
    float High = 4,
    double? Ulps = null)
{
    public static IReadOnlyList<BinaryOperation> All { get; } =
    [
        new(nameof(Tensor.Add), (l, r, result) => l.Add(r, result), (l, r, result) => l.Add(r, result), (l, r) => l + r),
        new(nameof(Tensor.Subtract), (l, r, result) => l.Subtract(r, result), (l, r, result) => l.Subtract(r, result), (l, r) => l - r),
        new(nameof(Tensor.Multiply), (l, r, result) => l.Multiply(r, result), (l, r, result) => l.Multiply(r, result), (l, r) => l * r),
        new(nameof(Tensor.Divide), (l, r, result) => l.Divide(r, result), (l, r, result) => l.Divide(r, result), (l, r) => l / r, 0.1f, 9),
        new(nameof(Tensor.Maximum), (l, r, result) => l.Maximum(r, result), (l, r, result) => l.Maximum(r, result), Math.Max),
        new(nameof(Tensor.Minimum), (l, r, result) => l.Minimum(r, result), (l, r, result) => l.Minimum(r, result), Math.Min),
        new(nameof(Tensor.Power), (l, r, result) => l.Power(r, result), (l, r, result) => l.Power(r, result), Math.Pow, 0.1f, 3),
        new(nameof(Tensor.Equal), (l, r, result) => l.Equal(r, result), (l, r, result) => l.Equal(r, result), (l, r) => l == r ? 1 : 0),
        new(nameof(Tensor.NotEqual), (l, r, result) => l.NotEqual(r, result), (l, r, result) => l.NotEqual(r, result), (l, r) => l != r ? 1 : 0),
        new(nameof(Tensor.Greater), (l, r, result) => l.Greater(r, result), (l, r, result) => l.Greater(r, result), (l, r) => l > r ? 1 : 0),
        new(nameof(Tensor.GreaterOrEqual), (l, r, result) => l.GreaterOrEqual(r, result), (l, r, result) => l.GreaterOrEqual(r, result), (l, r) => l >= r ? 1 : 0),
        new(nameof(Tensor.Less), (l, r, result) => l.Less(r, result), (l, r, result) => l.Less(r, result), (l, r) => l < r ? 1 : 0),
        new(nameof(Tensor.LessOrEqual), (l, r, result) => l.LessOrEqual(r, result), (l, r, result) => l.LessOrEqual(r, result), (l, r) => l <= r ? 1 : 0),
        new(nameof(Tensor.Atan2), (l, r, result) => l.Atan2(r, result), (l, r, result) => l.Atan2(r, result), Math.Atan2, Ulps: 4),
        new(nameof(Tensor.LogicalAnd), (l, r, result) => l.LogicalAnd(r, result), (l, r, result) => l.LogicalAnd(Tensor.Scalar(r, l.Device), result), (l, r) => l != 0 && r != 0 ? 1 : 0, Ulps: 0),
        new(nameof(Tensor.LogicalOr), (l, r, result) => l.LogicalOr(r, result), (l, r, result) => l.LogicalOr(Tensor.Scalar(r, l.Device), result), (l, r) => l != 0 || r != 0 ? 1 : 0, Ulps: 0),
    ];

    public static TheoryData<string> Names => [.. All.Select(operation => operation.Name)];

    public static TheoryData<string> Stated => [.. All.Where(operation => operation.Ulps is not null).Select(operation => operation.Name)];

    public static BinaryOperation Named(string name) => All.Single(operation => operation.Name == name);
}
