using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>
/// A step of RMSprop, as PyTorch computes it: g += decay · p; v = α v + (1 - α) g²; u = momentum · u + g / (√v + ε); p -= rate · u.
/// Source: Hinton, "Neural networks for machine learning", lecture 6e.
/// </summary>
/// <remarks>State: v and u. Coefficients: the rate, the decay, α, 1 - α, ε and the momentum.</remarks>
public readonly partial struct RmsPropOperator : IUpdateOperator
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
        V g = S.MultiplyAdd(parameter, c1, gradient);

        // Scaled first, as PyTorch does: the square of 1e20 is no longer a float.
        state0 = S.MultiplyAdd(S.Multiply(g, c3), g, S.Multiply(state0, c2));
        state1 = S.MultiplyAdd(state1, c5, S.Divide(g, S.Add(S.Sqrt(state0), c4)));
        parameter = S.MultiplyAdd(state1, S.Negate(c0), parameter);
    }
}
