using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>
/// How far a normal distribution with the mean m (the output) and the logarithm v of its variance (the target) is from the standard one:
/// ½ (exp(v) + m² - 1 - v), with the derivatives m and ½ (exp(v) - 1). Source: Kingma and Welling, 2014.
/// </summary>
public readonly partial struct KlDivergenceOperator : ILossOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V output, V target, V parameter, out V outputGradient, out V targetGradient)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V half = S.Broadcast(0.5f);
        V excess = S.Subtract(ExpOperator.Invoke<S, V>(target), S.Broadcast(1));
        outputGradient = output;
        targetGradient = S.Multiply(half, excess);
        return S.Multiply(half, S.MultiplyAdd(output, output, S.Subtract(excess, target)));
    }
}
