using Quern.Kernels.Operators;

namespace Quern.Kernels.Gpu;

/// <summary>The activations and their derivatives for one element, shared by the kernels that apply them.</summary>
internal static class Activations
{
    /// <summary><see cref="Activation.None"/> as kernels are given it.</summary>
    public const int None = (int)Activation.None;

    private const int ReluKind = (int)Activation.Relu;
    private const int SigmoidKind = (int)Activation.Sigmoid;
    private const int TanhKind = (int)Activation.Tanh;

    /// <summary>An activation.</summary>
    /// <param name="activation">Which: the number of an <see cref="Activation"/>.</param>
    /// <param name="x">The operand.</param>
    public static float Apply(int activation, float x)
    {
        switch (activation)
        {
            case ReluKind:
                return ReluOperator.Invoke<DeviceScalar, float>(x);
            case SigmoidKind:
                return SigmoidOperator.Invoke<DeviceScalar, float>(x);
            case TanhKind:
                return TanhOperator.Invoke<DeviceScalar, float>(x);
            default:
                return x;
        }
    }

    /// <summary>A gradient taken back through an activation.</summary>
    /// <param name="activation">Which: the number of an <see cref="Activation"/>.</param>
    /// <param name="gradient">The loss's derivative with respect to what the activation gave.</param>
    /// <param name="y">What the activation gave.</param>
    public static float Gradient(int activation, float gradient, float y)
    {
        switch (activation)
        {
            case ReluKind:
                return ReluGradientOperator.Invoke<DeviceScalar, float>(gradient, y);
            case SigmoidKind:
                return SigmoidGradientOperator.Invoke<DeviceScalar, float>(gradient, y);
            case TanhKind:
                return TanhGradientOperator.Invoke<DeviceScalar, float>(gradient, y);
            default:
                return gradient;
        }
    }

    /// <summary>An activation of neighbouring values: with the choice outside the loop, so that a compiler for processors makes vectors of it.</summary>
    /// <param name="activation">Which: the number of an <see cref="Activation"/>.</param>
    /// <param name="values">The operands, which the results replace.</param>
    /// <param name="count">How many.</param>
    public static void ApplyToRow(int activation, ArrayView<float> values, int count)
    {
        switch (activation)
        {
            case ReluKind:
                Map<ReluOperator>(values, count);
                return;
            case SigmoidKind:
                Map<SigmoidOperator>(values, count);
                return;
            case TanhKind:
                Map<TanhOperator>(values, count);
                return;
            default:
                return;
        }
    }

    /// <summary>Neighbouring gradients taken back through an activation, as <see cref="ApplyToRow"/> applies it.</summary>
    /// <param name="activation">Which: the number of an <see cref="Activation"/>.</param>
    /// <param name="gradients">The loss's derivatives with respect to what the activation gave, which the results replace.</param>
    /// <param name="outputs">What the activation gave.</param>
    /// <param name="count">How many.</param>
    public static void GradientOfRow(int activation, ArrayView<float> gradients, ArrayView<float> outputs, int count)
    {
        switch (activation)
        {
            case ReluKind:
                Zip<ReluGradientOperator>(gradients, outputs, count);
                return;
            case SigmoidKind:
                Zip<SigmoidGradientOperator>(gradients, outputs, count);
                return;
            case TanhKind:
                Zip<TanhGradientOperator>(gradients, outputs, count);
                return;
            default:
                return;
        }
    }

    private static void Map<TOperator>(ArrayView<float> values, int count)
        where TOperator : struct, IUnaryOperator
    {
        for (int i = 0; i < count; i++)
        {
            values[i] = TOperator.Invoke<DeviceScalar, float>(values[i]);
        }
    }

    private static void Zip<TOperator>(ArrayView<float> left, ArrayView<float> right, int count)
        where TOperator : struct, IBinaryOperator
    {
        for (int i = 0; i < count; i++)
        {
            left[i] = TOperator.Invoke<DeviceScalar, float>(left[i], right[i]);
        }
    }
}
