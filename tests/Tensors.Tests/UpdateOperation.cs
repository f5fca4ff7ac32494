using Quern.Kernels.Operators;

namespace Quern.Tensors.Tests;

/// <summary>One element's step of an optimizer in double precision: the new parameter and the states.</summary>
internal delegate (double Parameter, double State0, double State1) PlainStep(double parameter, double gradient, double state0, double state1);

/// <summary>One step of an optimizer, declared once for every test and every device.</summary>
/// <param name="Name">The optimizer's name, and what it is used with.</param>
/// <param name="StateCount">How many states it keeps.</param>
/// <param name="Run">The step on a device.</param>
/// <param name="Plain">The formula of PyTorch's documentation; what is kept or given to a root is rounded to a float, as there.</param>
internal sealed record UpdateOperation(string Name, int StateCount, Action<Device, UpdateSlot> Run, PlainStep Plain)
{
    private const double Rate = 0.07f, Decay = 0.03f, Momentum = 0.9f, Smoothing = 0.99f, Epsilon = 1e-8f;

    public static IReadOnlyList<UpdateOperation> All { get; } =
    [
        Of<SgdOperator>("Sgd", [Rate, Decay], (p, g, _, _) => (p - (Rate * (float)(g + (Decay * p))), 0, 0)),
        Of<SgdMomentumOperator>("Sgd with momentum", [Rate, Decay, Momentum, 0], (p, g, u, _) =>
        {
            float change = (float)((Momentum * u) + (float)(g + (Decay * p)));
            return (p - (Rate * change), change, 0);
        }),
        Of<SgdMomentumOperator>("Sgd with Nesterov's momentum", [Rate, Decay, Momentum, 1], (p, g, u, _) =>
        {
            float decayed = (float)(g + (Decay * p));
            float change = (float)((Momentum * u) + decayed);
            return (p - (Rate * (float)(decayed + (Momentum * change))), change, 0);
        }),
        Of<RmsPropOperator>("RmsProp", [Rate, Decay, Smoothing, 1 - Smoothing, Epsilon, Momentum], (p, g, v, u) =>
        {
            float decayed = (float)(g + (Decay * p));
            float mean = (float)((Smoothing * v) + ((1 - Smoothing) * decayed * decayed));
            float change = (float)((Momentum * u) + (decayed / (Math.Sqrt(mean) + Epsilon)));
            return (p - (Rate * change), mean, change);
        }),
        Of<AdamOperator>("Adam", [Rate, 1.5, Epsilon, 1 - Momentum, Smoothing, 1 - Smoothing, Decay, 1], (p, g, m, v) => Adam(p, g + (Decay * p), m, v, 1)),
        Of<AdamOperator>("AdamW", [Rate, 1.5, Epsilon, 1 - Momentum, Smoothing, 1 - Smoothing, 0, 0.98f], (p, g, m, v) => Adam(p, g + (0 * p), m, v, 0.98f)),
    ];

    public static TheoryData<string> Names => [.. All.Select(operation => operation.Name)];

    public static UpdateOperation Named(string name) => All.Single(operation => operation.Name == name);

    private static UpdateOperation Of<TUpdate>(string name, double[] coefficients, PlainStep plain)
        where TUpdate : struct, IUpdateOperator
    {
        float[] rounded = [.. coefficients.Select(coefficient => (float)coefficient)];
        return new(name, TUpdate.StateCount, (device, slot) => device.Update<TUpdate>([slot], rounded), plain);
    }

    private static (double Parameter, double State0, double State1) Adam(double p, double gradient, double m, double v, double kept)
    {
        float g = (float)gradient;
        float mean = (float)(m + ((1 - Momentum) * (g - m)));
        float square = (float)((Smoothing * v) + ((1 - Smoothing) * g * g));
        return ((p * kept) - (Rate * mean / ((Math.Sqrt(square) * 1.5) + Epsilon)), mean, square);
    }
}
