using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The squared error: (output - target)².</summary>
public readonly partial struct MseOperator : ILossOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V output, V target, V parameter, out V outputGradient, out V targetGradient)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V difference = S.Subtract(output, target);
        outputGradient = S.Add(difference, difference);
        targetGradient = S.Negate(outputGradient);
        return S.Multiply(difference, difference);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V AddTo<S, V>(V sum, V loss, V output, V target)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V difference = S.Subtract(output, target);
        return S.MultiplyAdd(difference, difference, sum);
    }
}
