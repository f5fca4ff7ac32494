using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>
/// The absolute error, rounded off near zero: with d = output - target, ½ d² / β where |d| is below β, and |d| - ½ β elsewhere. The parameter is β;
/// with 0 it is the absolute error. Source: Girshick, 2015; β times as much is the loss of Huber, 1964.
/// </summary>
public readonly partial struct SmoothL1Operator : ILossOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V output, V target, V parameter, out V outputGradient, out V targetGradient)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V half = S.Broadcast(0.5f);
        V difference = S.Subtract(output, target);
        V distance = S.Abs(difference);
        V near = S.Greater(parameter, distance);
        V quotient = S.Divide(difference, parameter);

        // The sign of the difference; 0 for none.
        V sign = S.Select(S.Broadcast(-0.0f), difference, S.Broadcast(1));
        sign = S.Select(S.Equal(difference, S.Broadcast(0)), S.Broadcast(0), sign);
        sign = S.Select(S.Equal(difference, difference), sign, difference);
        outputGradient = S.Select(near, quotient, sign);
        targetGradient = S.Negate(outputGradient);
        V squared = S.Multiply(S.Multiply(half, difference), quotient);
        return S.Select(near, squared, S.Subtract(distance, S.Multiply(half, parameter)));
    }
}
