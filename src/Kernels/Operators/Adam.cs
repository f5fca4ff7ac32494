using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>
/// A step of Adam, as PyTorch computes it: g += decay · p; m += (1 - β₁)(g - m); v = β₂ v + (1 - β₂) g²;
/// p = keep · p - stepSize · m / (√v · rootScale + ε). Source: Kingma and Ba, 2015; Loshchilov and Hutter, 2019, for the part that is kept.
/// </summary>
/// <remarks>
/// State: m and v. Coefficients: the learning rate over 1 - β₁ᵗ at step t, one over the root of 1 - β₂ᵗ, ε, 1 - β₁, β₂, 1 - β₂, the decay that is
/// added to the gradient, and the part of the parameter that is kept.
/// </remarks>
public readonly partial struct AdamOperator : IUpdateOperator
{
    /// <inheritdoc/>
    public static int StateCount => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Invoke<S, V>(
        ref V parameter, V gradient, ref V state0, ref V state1, V c0, V c1, V c2, V c3, V c4, V c5, V c6, V c7)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V g = S.MultiplyAdd(parameter, c6, gradient);
        state0 = S.MultiplyAdd(S.Subtract(g, state0), c3, state0);

        // Scaled first, as PyTorch does: the square of 1e20 is no longer a float.
        state1 = S.MultiplyAdd(S.Multiply(g, c5), g, S.Multiply(state1, c4));
        V denominator = S.MultiplyAdd(S.Sqrt(state1), c1, c2);
        parameter = S.Subtract(S.Multiply(parameter, c7), S.Divide(S.Multiply(state0, c0), denominator));
    }
}
