using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>
/// The error function 2/√π ∫ exp(-t²) dt from 0 to x, within 3 ulp: |x| + |x| · p(x²) for |x| &lt; 1, and 1 - exp(-|x| · q(|x|)) beyond. p and q are fitted
/// for the least relative error of the result, 2e-9.
/// </summary>
public readonly partial struct ErfOperator : IUnaryOperator
{
    /// <inheritdoc/>
    public static bool IsBoundByMemory => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        // Beyond 4 the result rounds to 1.
        V one = S.Broadcast(1);
        V magnitude = S.AtMost(S.Broadcast(4), S.Abs(x));
        V square = S.Multiply(magnitude, magnitude);
        V p = S.MultiplyAdd(S.Broadcast(7.85385782e-05f), square, S.Broadcast(-0.000801019254f));
        p = S.MultiplyAdd(p, square, S.Broadcast(0.00518832775f));
        p = S.MultiplyAdd(p, square, S.Broadcast(-0.026853811f));
        p = S.MultiplyAdd(p, square, S.Broadcast(0.112835854f));
        p = S.MultiplyAdd(p, square, S.Broadcast(-0.37612626f));
        p = S.MultiplyAdd(p, square, S.Broadcast(0.128379166f));
        V near = S.MultiplyAdd(magnitude, p, magnitude);

        V q = S.MultiplyAdd(S.Broadcast(1.39624444e-05f), magnitude, S.Broadcast(-0.000350592047f));
        q = S.MultiplyAdd(q, magnitude, S.Broadcast(0.00375747681f));
        q = S.MultiplyAdd(q, magnitude, S.Broadcast(-0.0240100697f));
        q = S.MultiplyAdd(q, magnitude, S.Broadcast(0.106530868f));
        q = S.MultiplyAdd(q, magnitude, S.Broadcast(0.634969532f));
        q = S.MultiplyAdd(q, magnitude, S.Broadcast(1.1286943f));
        V far = S.Subtract(one, ExpOperator.OfNonPositive<S, V>(S.Negate(S.Multiply(magnitude, q))));

        V sign = S.Broadcast(-0.0f);
        return S.Select(sign, x, S.Select(S.Greater(one, magnitude), near, far));
    }
}
