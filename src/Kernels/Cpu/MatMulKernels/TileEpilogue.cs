using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu.MatMulKernels;

/// <summary>The epilogue of a product, applied to one tile while it is still in the first-level cache.</summary>
internal unsafe partial struct TileEpilogue
{
    /// <summary>One value per column of the result, or null.</summary>
    public float* Bias;

    /// <summary>Applied after the bias.</summary>
    public Activation Activation;

    /// <summary>As large as the result, or null.</summary>
    public float* GradientOutput;

    /// <summary>The activation whose derivative multiplies the value.</summary>
    public Activation GradientActivation;

    /// <summary>Whether there is nothing to do.</summary>
    public readonly bool IsEmpty =>
        Bias == null && Activation == Activation.None && (GradientOutput == null || GradientActivation == Activation.None);

    /// <summary>Applies the epilogue to a tile.</summary>
    /// <param name="result">The whole result.</param>
    /// <param name="stride">Floats from one of its rows to the next.</param>
    /// <param name="row">The tile's first row.</param>
    /// <param name="column">The tile's first column.</param>
    /// <param name="rows">How many rows the tile has.</param>
    /// <param name="columns">How many columns the tile has.</param>
    public readonly void Apply<S, V>(float* result, nint stride, int row, int column, int rows, int columns)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        nint start = (row * stride) + column;
        float* tile = result + start;
        float* bias = Bias == null ? null : Bias + column;
        switch (Activation)
        {
            case Activation.Relu:
                Activate<ReluOperator, S, V>(tile, stride, rows, columns, bias);
                break;
            case Activation.Sigmoid:
                Activate<SigmoidOperator, S, V>(tile, stride, rows, columns, bias);
                break;
            case Activation.Tanh:
                Activate<TanhOperator, S, V>(tile, stride, rows, columns, bias);
                break;
            default:
                if (bias != null)
                {
                    Activate<Identity, S, V>(tile, stride, rows, columns, bias);
                }

                break;
        }

        if (GradientOutput == null)
        {
            return;
        }

        switch (GradientActivation)
        {
            case Activation.Relu:
                Differentiate<ReluGradientOperator, S, V>(tile, GradientOutput + start, stride, rows, columns);
                break;
            case Activation.Sigmoid:
                Differentiate<SigmoidGradientOperator, S, V>(tile, GradientOutput + start, stride, rows, columns);
                break;
            case Activation.Tanh:
                Differentiate<TanhGradientOperator, S, V>(tile, GradientOutput + start, stride, rows, columns);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Activate<TOperator, S, V>(float* tile, nint stride, int rows, int columns, float* bias)
        where TOperator : struct, IUnaryOperator
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        int column = 0;
        for (; column + S.Count <= columns; column += S.Count)
        {
            V shift = bias == null ? S.Broadcast(0) : S.Load(bias + column);
            float* value = tile + column;
            for (int i = 0; i < rows; i++)
            {
                S.Store(TOperator.Invoke<S, V>(S.Add(S.Load(value), shift)), value);
                value += stride;
            }
        }

        int rest = columns - column;
        if (rest > 0)
        {
            V shift = bias == null ? S.Broadcast(0) : Partial.Load<V>(bias + column, rest);
            float* value = tile + column;
            for (int i = 0; i < rows; i++)
            {
                Partial.Store(TOperator.Invoke<S, V>(S.Add(Partial.Load<V>(value, rest), shift)), value, rest);
                value += stride;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Differentiate<TOperator, S, V>(float* tile, float* output, nint stride, int rows, int columns)
        where TOperator : struct, IBinaryOperator
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        for (int i = 0; i < rows; i++)
        {
            int column = 0;
            for (; column + S.Count <= columns; column += S.Count)
            {
                S.Store(TOperator.Invoke<S, V>(S.Load(tile + column), S.Load(output + column)), tile + column);
            }

            int rest = columns - column;
            if (rest > 0)
            {
                V gradient = TOperator.Invoke<S, V>(Partial.Load<V>(tile + column, rest), Partial.Load<V>(output + column, rest));
                Partial.Store(gradient, tile + column, rest);
            }

            tile += stride;
            output += stride;
        }
    }

    private readonly partial struct Identity : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V>(V x)
            where S : struct, IArithmetic<V>
            where V : unmanaged => x;
    }
}
