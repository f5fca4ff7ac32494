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
}
