using Quern.Kernels.Operators;

namespace Quern.Tensors.Tests;

/// <summary>Computes a loss times a scale, and the gradients that are given.</summary>
internal delegate void LossRun(Device device, Tensor output, Tensor target, double scale, Tensor loss, Tensor? outputGradient, Tensor? targetGradient);

/// <summary>One element-wise loss with its derivatives in double precision, declared once for every test and every device.</summary>
/// <param name="Name">The loss's name everywhere.</param>
/// <param name="Run">The loss on a device.</param>
/// <param name="Plain">The loss of one output and one target.</param>
/// <param name="OutputGradient">Its derivative with respect to the output.</param>
/// <param name="TargetGradient">Its derivative with respect to the target.</param>
internal sealed record LossOperation(
    string Name,
    LossRun Run,
    Func<double, double, double> Plain,
    Func<double, double, double> OutputGradient,
    Func<double, double, double> TargetGradient)
{
    private static readonly float[] Numbers =
    [
        0, -0f, 1, -1, 0.5f, -0.5f, 2, -3, 20, -20, 88, -87, 104, -104, 200, 1e-30f, -1e-30f, 1e5f, 1e20f, -1e20f, 1e37f,
        float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, 1e-40f, float.Epsilon,
    ];

    public static IReadOnlyList<LossOperation> All { get; } =
    [
        Of<MseOperator>("Mse", (y, t) => (y - t) * (y - t), (y, t) => 2 * (y - t), (y, t) => 2 * (t - y))
            with { Low = -4, High = 4, SpecialTargets = [0, 0.25f, -1, 1e30f, float.PositiveInfinity] },
        Of<BceOperator>(
            "Bce",
            (y, t) => -((t * Log(y)) + ((1 - t) * Log(1 - y))),
            (y, t) => (y - t) / Math.Max(y * (1 - y), 1e-12f),
            (y, t) => Log(1 - y) - Log(y))
            with { Low = 0.01f, High = 0.99f, SpecialOutputs = [0, 1, 0.5f, 1e-30f, 1e-40f, float.Epsilon, 0.99999994f, float.NaN] },
        Of<BceWithLogitsOperator>(
            "BceWithLogits",
            (x, t) => (x >= 0 ? Product(x, 1 - t) : Product(-x, t)) + LogOnePlus(Math.Exp(-Math.Abs(x))),
            (x, t) => (1 / (1 + Math.Exp(-x))) - t,
            (x, _) => -x)
            with { Low = -9, High = 9 },
        Of<KlDivergenceOperator>(
            "KlDivergence", (m, v) => 0.5 * (Math.Exp(v) + (m * m) - 1 - v), (m, _) => m, (_, v) => 0.5 * (Math.Exp(v) - 1))
            with
            {
                Low = -2,
                High = 2,
                SpecialOutputs = [0, 1, -1, 1e-30f, 1e10f, 1e30f, float.PositiveInfinity, float.NegativeInfinity, float.NaN],
                SpecialTargets = [0, 1, -1, 80, 100, -100, -1e30f, float.PositiveInfinity, float.NegativeInfinity, float.NaN],
            },
        Of<SmoothL1Operator>(
            "SmoothL1",
            (y, t) => Math.Abs(y - t) < 0.5 ? (y - t) * (y - t) : Math.Abs(y - t) - 0.25,
            (y, t) => Math.Clamp(2 * (y - t), -1, 1),
            (y, t) => Math.Clamp(2 * (t - y), -1, 1),
            parameter: 0.5f)
            with { Low = -2, High = 2 },
        Of<SmoothL1Operator>("L1", (y, t) => Math.Abs(y - t), (y, t) => Sign(y - t), (y, t) => Sign(t - y), parameter: 0)
            with { Low = -2, High = 2 },
    ];

    public static TheoryData<string> Names => [.. All.Select(operation => operation.Name)];

    /// <summary>The least output drawn; targets are from 0 to 1.</summary>
    public float Low { get; init; }

    /// <summary>The greatest output drawn.</summary>
    public float High { get; init; }

    /// <summary>The outputs at which the formula could go wrong.</summary>
    public float[] SpecialOutputs { get; init; } = Numbers;

    /// <summary>The targets at which the formula could go wrong.</summary>
    public float[] SpecialTargets { get; init; } = [0, 1, 0.25f];

    public static LossOperation Named(string name) => All.Single(operation => operation.Name == name);

    private static LossOperation Of<TLoss>(
        string name,
        Func<double, double, double> plain,
        Func<double, double, double> outputGradient,
        Func<double, double, double> targetGradient,
        float parameter = 0)
        where TLoss : struct, ILossOperator => new(
            name,
            (device, output, target, scale, loss, gradient, other) => device.Loss<TLoss>(output, target, scale, parameter, loss, gradient, other),
            plain,
            outputGradient,
            targetGradient);

    private static double Log(double value) => Math.Max(Math.Log(value), -100);

    // 0 times infinity is what it costs to be right without bound: nothing.
    private static double Product(double distance, double probability) => probability == 0 && !double.IsNaN(distance) ? 0 : distance * probability;

    private static double Sign(double x) => double.IsNaN(x) ? x : Math.Sign(x);

    private static double LogOnePlus(double x) => x < 1e-5 ? x - (x * x / 2) : Math.Log(1 + x);
}
