using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>
/// The binary cross entropy of an output o and a target t from 0 to 1: -(t ln o + (1 - t) ln(1 - o)), with the derivative
/// (o - t) / (o (1 - o)). As in PyTorch, a logarithm counts as -100 where it is less, and the divisor as 1e-12.
/// </summary>
public readonly partial struct BceOperator : ILossOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V output, V target, V parameter, out V outputGradient, out V targetGradient)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V one = S.Broadcast(1);
        V least = S.Broadcast(-100);
        V rest = S.Subtract(one, output);
        V log = S.AtLeast(least, LogOperator.Invoke<S, V>(output));
        V logRest = S.AtLeast(least, LogOperator.Invoke<S, V>(rest));
        outputGradient = S.Divide(S.Subtract(output, target), S.AtLeast(S.Broadcast(1e-12f), S.Multiply(rest, output)));
        targetGradient = S.Subtract(logRest, log);
        return S.Subtract(S.Multiply(S.Subtract(target, one), logRest), S.Multiply(target, log));
    }
}
