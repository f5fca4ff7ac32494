using System.Runtime.CompilerServices;

namespace Quern.Kernels.Cpu.Simd;

/// <summary>One double at a time.</summary>
internal readonly struct WideScalar : IWide<float, double>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Lower(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Upper(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Narrow(double lower, double upper) => (float)lower;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Broadcast(double value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Add(double left, double right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Subtract(double left, double right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Multiply(double left, double right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Divide(double left, double right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double MultiplyAdd(double left, double right, double addend) => double.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Within(double limit, double value) => value > limit ? limit : value < -limit ? -limit : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double AddToExponent(double value, double integer) =>
        BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(value) + (BitConverter.DoubleToInt64Bits(integer) << 52));
}
