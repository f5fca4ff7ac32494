using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>
/// The Gaussian error linear unit, within 16 ulp on the processor: x · Φ(x), Φ being the distribution function of the normal distribution.
/// Source: Hendrycks and Gimpel, 2016.
/// </summary>
public readonly partial struct GeluOperator : IUnaryOperator
{
    // Beyond this the tail rounds to 0. What it is multiplied by is no larger, since 0 · ∞ is NaN.
    internal const float Far = 15;

    /// <inheritdoc/>
    public static bool IsBoundByMemory => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V distribution = Distribution<S, V>(x, out _);
        return S.Multiply(S.AtLeast(S.Broadcast(-Far), x), distribution);
    }

    /// <summary>Φ(x), and on the way exp(-x²/2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Distribution<S, V>(V x, out V bell)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V magnitude = S.AtMost(S.Broadcast(Far), S.Abs(x));

        // The rounding error of the square would grow to many ulp in the exponential.
        V square = S.Multiply(magnitude, magnitude);
        V lost = S.MultiplyAdd(magnitude, magnitude, S.Negate(square));
        bell = ExpOperator.OfNonPositive<S, V>(S.Multiply(square, S.Broadcast(-0.5f)));
        bell = S.MultiplyAdd(bell, S.Multiply(lost, S.Broadcast(-0.5f)), bell);

        // The tail Φ(-|x|) = ½ exp(-x²/2) · erfcx(z), z = |x| / √2; erfcx(z) = t · p(t), where t = 1 / (1 + z/2), and p was fitted by
        // weighted least squares for the least relative error, 5e-9.
        V one = S.Broadcast(1);
        V t = S.Divide(one, S.MultiplyAdd(magnitude, S.Broadcast(0.353553391f), one));
        V p = S.MultiplyAdd(S.Broadcast(0.0408494696f), t, S.Broadcast(-0.220756963f));
        p = S.MultiplyAdd(p, t, S.Broadcast(0.457463175f));
        p = S.MultiplyAdd(p, t, S.Broadcast(-0.401374489f));
        p = S.MultiplyAdd(p, t, S.Broadcast(0.0823029578f));
        p = S.MultiplyAdd(p, t, S.Broadcast(-0.0288777538f));
        p = S.MultiplyAdd(p, t, S.Broadcast(0.0813267604f));
        p = S.MultiplyAdd(p, t, S.Broadcast(0.178447217f));
        p = S.MultiplyAdd(p, t, S.Broadcast(0.246389717f));
        p = S.MultiplyAdd(p, t, S.Broadcast(0.282136679f));
        p = S.MultiplyAdd(p, t, S.Broadcast(0.282093257f));
        V tail = S.Multiply(S.Multiply(bell, S.Broadcast(0.5f)), S.Multiply(p, t));
        return S.Select(S.Greater(S.Broadcast(0), x), tail, S.Subtract(one, tail));
    }
}

/// <summary>outputGradient · (Φ(x) + x φ(x)).</summary>
public readonly partial struct GeluGradientOperator : IBinaryOperator
{
    /// <inheritdoc/>
    public static bool IsBoundByMemory => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V outputGradient, V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V distribution = GeluOperator.Distribution<S, V>(x, out V bell);
        V density = S.Multiply(bell, S.Broadcast(0.398942280f));
        V near = S.AtMost(S.Broadcast(GeluOperator.Far), S.AtLeast(S.Broadcast(-GeluOperator.Far), x));
        return S.Multiply(outputGradient, S.MultiplyAdd(near, density, distribution));
    }
}

/// <summary>
/// The Gaussian error linear unit, approximately: ½ x (1 + tanh(u)) = x · sigmoid(2u), where u = √(2/π) (x + 0.044715 x³); on the processor
/// within 256 ulp at its negative end, where it is tiny.
/// </summary>
public readonly partial struct GeluTanhOperator : IUnaryOperator
{
    // Beyond this the sigmoid is 0 or 1. What it is multiplied by is no larger: 0 · ∞ is NaN, and the cube of larger numbers may overflow.
    private const float Far = 12;

    /// <inheritdoc/>
    public static bool IsBoundByMemory => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V gate = Gate<S, V>(Near<S, V>(x), out _);
        return S.Multiply(S.AtLeast(S.Broadcast(-Far), x), gate);
    }

    /// <summary>The operand, or the bound that it lies beyond: there the gate is 0 or 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Near<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.AtMost(S.Broadcast(Far), S.AtLeast(S.Broadcast(-Far), x));

    /// <summary>sigmoid(2u), and the derivative of 2u.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gate<S, V>(V x, out V slope)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V one = S.Broadcast(1);
        V scale = S.Broadcast(1.59576912f);
        V square = S.Multiply(x, x);
        slope = S.Multiply(scale, S.MultiplyAdd(square, S.Broadcast(0.134145f), one));
        return SigmoidOperator.Invoke<S, V>(S.Multiply(S.Multiply(scale, x), S.MultiplyAdd(square, S.Broadcast(0.044715f), one)));
    }
}

/// <summary>outputGradient · s (1 + x (1 - s) (2u)'), where s = sigmoid(2u).</summary>
public readonly partial struct GeluTanhGradientOperator : IBinaryOperator
{
    /// <inheritdoc/>
    public static bool IsBoundByMemory => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V outputGradient, V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V one = S.Broadcast(1);
        V near = GeluTanhOperator.Near<S, V>(x);
        V gate = GeluTanhOperator.Gate<S, V>(near, out V slope);
        V change = S.MultiplyAdd(S.Multiply(near, S.Subtract(one, gate)), slope, one);
        return S.Multiply(outputGradient, S.Multiply(gate, change));
    }
}
