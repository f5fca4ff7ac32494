using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>A step of stochastic gradient descent: p -= rate · (g + decay · p).</summary>
/// <remarks>Coefficients: the rate and the decay.</remarks>
public readonly partial struct SgdOperator : IUpdateOperator
{
    /// <inheritdoc/>
    public static int StateCount => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Invoke<S, V>(
        ref V parameter, V gradient, ref V state0, ref V state1, V c0, V c1, V c2, V c3, V c4, V c5, V c6, V c7)
        where S : struct, IArithmetic<V>
        where V : unmanaged =>
        parameter = S.MultiplyAdd(S.MultiplyAdd(parameter, c1, gradient), S.Negate(c0), parameter);
}

/// <summary>
/// A step with momentum, as PyTorch computes it: g += decay · p; u = momentum · u + g; p -= rate · u, or with Nesterov rate · (g + momentum · u).
/// </summary>
/// <remarks>State: u. Coefficients: the rate, the decay, the momentum, and 1 for Nesterov or 0.</remarks>
public readonly partial struct SgdMomentumOperator : IUpdateOperator
{
    /// <inheritdoc/>
    public static int StateCount => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Invoke<S, V>(
        ref V parameter, V gradient, ref V state0, ref V state1, V c0, V c1, V c2, V c3, V c4, V c5, V c6, V c7)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V g = S.MultiplyAdd(parameter, c1, gradient);
        state0 = S.MultiplyAdd(state0, c2, g);
        V change = S.Select(S.Greater(c3, S.Broadcast(0)), S.MultiplyAdd(state0, c2, g), state0);
        parameter = S.MultiplyAdd(change, S.Negate(c0), parameter);
    }
}
