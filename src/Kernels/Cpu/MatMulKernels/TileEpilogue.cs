using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu.MatMulKernels;

/// <summary>The epilogue of a product, applied to one tile while it is still in the first-level cache.</summary>
internal static unsafe partial class TileEpilogue
{
    /// <summary>Applies the epilogue to a tile.</summary>
    /// <param name="product">The product, whose result the tile is a part of.</param>
    /// <param name="row">The tile's first row.</param>
    /// <param name="column">The tile's first column.</param>
    /// <param name="rows">How many rows the tile has.</param>
    /// <param name="columns">How many columns the tile has.</param>
    public static void Apply<S, V>(in Product product, int row, int column, int rows, int columns)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        nint stride = product.N;
        nint start = (row * stride) + column;
        float* tile = product.Result + start;
        float* bias = product.Bias == null ? null : product.Bias + column;
        switch (product.Activation)
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

        if (product.GradientOutput == null)
        {
            return;
        }

        switch (product.GradientActivation)
        {
            case Activation.Relu:
                Differentiate<ReluGradientOperator, S, V>(tile, product.GradientOutput + start, stride, rows, columns);
                break;
            case Activation.Sigmoid:
                Differentiate<SigmoidGradientOperator, S, V>(tile, product.GradientOutput + start, stride, rows, columns);
                break;
            case Activation.Tanh:
                Differentiate<TanhGradientOperator, S, V>(tile, product.GradientOutput + start, stride, rows, columns);
                break;
        }
    }

    [MethodImpl(Jit.Loop)]
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
            V shift = bias == null ? S.Broadcast(0) : S.LoadPart(bias + column, rest, S.Broadcast(0));
            float* value = tile + column;
            for (int i = 0; i < rows; i++)
            {
                S.StorePart(TOperator.Invoke<S, V>(S.Add(S.LoadPart(value, rest, S.Broadcast(0)), shift)), value, rest);
                value += stride;
            }
        }
    }

    [MethodImpl(Jit.Loop)]
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
                V gradient = TOperator.Invoke<S, V>(S.LoadPart(tile + column, rest, S.Broadcast(0)), S.LoadPart(output + column, rest, S.Broadcast(0)));
                S.StorePart(gradient, tile + column, rest);
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
