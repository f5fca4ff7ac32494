using Quern.Tests.Shared;

namespace Quern.Tensors.Tests;

/// <summary>One element-wise operation of one operand, declared once for every test and every device.</summary>
/// <param name="Name">The operation's name everywhere.</param>
/// <param name="Run">The operation itself, with its result argument.</param>
/// <param name="Plain">The same for one number in double precision.</param>
/// <param name="Low">The least input drawn.</param>
/// <param name="High">The greatest input drawn.</param>
/// <param name="Ulps">The error that the operation's documentation states for every float; null where it states none.</param>
public sealed record UnaryOperation(
    string Name, Func<Tensor, Tensor?, Tensor> Run, Func<double, double> Plain, float Low = -4, float High = 4, double? Ulps = null)
{
    public static IReadOnlyList<UnaryOperation> All { get; } =
    [
        new(nameof(Tensor.Abs), (x, result) => x.Abs(result), Math.Abs),
        new(nameof(Tensor.Ceil), (x, result) => x.Ceil(result), Math.Ceiling, Ulps: 0),
        new(nameof(Tensor.Cos), (x, result) => x.Cos(result), Math.Cos),
        new(nameof(Tensor.Erf), (x, result) => x.Erf(result), ExactErf, Ulps: 3),
        new(nameof(Tensor.Exp), (x, result) => x.Exp(result), Math.Exp),
        new(nameof(Tensor.Expm1), (x, result) => x.Expm1(result), ExactExpm1, Ulps: 3),
        new(nameof(Tensor.Floor), (x, result) => x.Floor(result), Math.Floor, Ulps: 0),
        new(nameof(Tensor.IsFinite), (x, result) => x.IsFinite(result), x => double.IsFinite(x) ? 1 : 0, Ulps: 0),
        new(nameof(Tensor.IsInf), (x, result) => x.IsInf(result), x => double.IsInfinity(x) ? 1 : 0, Ulps: 0),
        new(nameof(Tensor.IsNaN), (x, result) => x.IsNaN(result), x => double.IsNaN(x) ? 1 : 0, Ulps: 0),
        new(nameof(Tensor.Log), (x, result) => x.Log(result), Math.Log, 1e-3f, 50),
        new(nameof(Tensor.Log1p), (x, result) => x.Log1p(result), ExactLog1p, -0.99f, 50, Ulps: 4),
        new(nameof(Tensor.LogicalNot), (x, result) => x.LogicalNot(result), x => x == 0 ? 1 : 0, Ulps: 0),
        new(nameof(Tensor.Negate), (x, result) => x.Negate(result), x => -x),
        new(nameof(Tensor.Reciprocal), (x, result) => x.Reciprocal(result), x => 1 / x, 0.1f, 9),
        new(nameof(Tensor.Relu), (x, result) => x.Relu(result), x => x < 0 ? 0 : x),
        new(nameof(Tensor.Round), (x, result) => x.Round(result), Math.Round, Ulps: 0),
        new(nameof(Tensor.Sigmoid), (x, result) => x.Sigmoid(result), x => 1 / (1 + Math.Exp(-x))),
        new(nameof(Tensor.Sign), (x, result) => x.Sign(result), x => (x > 0 ? 1 : 0) - (x < 0 ? 1 : 0), Ulps: 0),
        new(nameof(Tensor.Sin), (x, result) => x.Sin(result), Math.Sin),
        new(nameof(Tensor.Sqrt), (x, result) => x.Sqrt(result), Math.Sqrt, 0, 9),
        new(nameof(Tensor.Square), (x, result) => x.Square(result), x => x * x),
        new(nameof(Tensor.Tanh), (x, result) => x.Tanh(result), Math.Tanh),
    ];

    public static TheoryData<string> Names => [.. All.Select(operation => operation.Name)];

    public static TheoryData<string> Stated => [.. All.Where(operation => operation.Ulps is not null).Select(operation => operation.Name)];

    public static UnaryOperation Named(string name) => All.Single(operation => operation.Name == name);

    // .NET has neither. The quotient puts back what the rounding of 1 + x and of exp(x) takes. Source: Kahan, quoted in Higham, Accuracy and
    // Stability of Numerical Algorithms, 2002, section 1.14.1.
    private static double ExactLog1p(double x)
    {
        double sum = 1 + x;
        return sum == 1 || double.IsPositiveInfinity(sum) ? x : Math.Log(sum) * (x / (sum - 1));
    }

    // Near zero the sum of (-1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)), which keeps the digits that the difference loses.
    private static double ExactErf(double x)
    {
        if (Math.Abs(x) > 0.5)
        {
            return (2 * NormalDistribution.Phi(x * Math.Sqrt(2))) - 1;
        }

        double sum = x, term = x;
        for (int n = 1; n < 20 && term != 0; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }

        return sum * 2 / Math.Sqrt(Math.PI);
    }

    private static double ExactExpm1(double x)
    {
        double power = Math.Exp(x);
        return power == 1 ? x : power is 0 or double.PositiveInfinity ? power - 1 : (power - 1) * (x / Math.Log(power));
    }
}
