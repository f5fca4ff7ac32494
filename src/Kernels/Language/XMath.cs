namespace Quern.Kernels.Language;

/// <summary>
/// Functions for kernels. On a device they are the driver's, good to a few units in the last place (see the OpenCL C
/// specification, "Relative error as ULPs"); through ILGPU on CUDA they may be the approximate instructions.
/// </summary>
public static partial class XMath
{
    /// <summary>The value without its sign.</summary>
    /// <param name="value">The argument.</param>
    public static float Abs(float value) => MathF.Abs(value);

    /// <summary>The value without its sign. The least value of the type has none: its result is undefined.</summary>
    /// <param name="value">The argument.</param>
    public static int Abs(int value) => Math.Abs(value);

    /// <summary>The value without its sign. The least value of the type has none: its result is undefined.</summary>
    /// <param name="value">The argument.</param>
    public static long Abs(long value) => Math.Abs(value);

    /// <summary>The lesser of two values. A NaN is passed over: the result is then the other value, unlike <see cref="MathF.Min"/>.</summary>
    /// <param name="first">One value.</param>
    /// <param name="second">The other value.</param>
    public static float Min(float first, float second) => float.MinNumber(first, second);

    /// <summary>The lesser of two values.</summary>
    /// <param name="first">One value.</param>
    /// <param name="second">The other value.</param>
    public static int Min(int first, int second) => Math.Min(first, second);

    /// <summary>The lesser of two values.</summary>
    /// <param name="first">One value.</param>
    /// <param name="second">The other value.</param>
    public static uint Min(uint first, uint second) => Math.Min(first, second);

    /// <summary>The lesser of two values.</summary>
    /// <param name="first">One value.</param>
    /// <param name="second">The other value.</param>
    public static long Min(long first, long second) => Math.Min(first, second);

    /// <summary>The lesser of two values.</summary>
    /// <param name="first">One value.</param>
    /// <param name="second">The other value.</param>
    public static ulong Min(ulong first, ulong second) => Math.Min(first, second);

    /// <summary>The greater of two values. A NaN is passed over: the result is then the other value, unlike <see cref="MathF.Max"/>.</summary>
    /// <param name="first">One value.</param>
    /// <param name="second">The other value.</param>
    public static float Max(float first, float second) => float.MaxNumber(first, second);

    /// <summary>The greater of two values.</summary>
    /// <param name="first">One value.</param>
    /// <param name="second">The other value.</param>
    public static int Max(int first, int second) => Math.Max(first, second);

    /// <summary>The greater of two values.</summary>
    /// <param name="first">One value.</param>
    /// <param name="second">The other value.</param>
    public static uint Max(uint first, uint second) => Math.Max(first, second);

    /// <summary>The greater of two values.</summary>
    /// <param name="first">One value.</param>
    /// <param name="second">The other value.</param>
    public static long Max(long first, long second) => Math.Max(first, second);

    /// <summary>The greater of two values.</summary>
    /// <param name="first">One value.</param>
    /// <param name="second">The other value.</param>
    public static ulong Max(ulong first, ulong second) => Math.Max(first, second);

    /// <summary>The value, or the bound that it lies beyond. For NaN: <paramref name="max"/>.</summary>
    /// <param name="value">The value.</param>
    /// <param name="min">The lower bound.</param>
    /// <param name="max">The upper bound; not below <paramref name="min"/>.</param>
    public static float Clamp(float value, float min, float max) => Max(Min(value, max), min);

    /// <summary>The value, or the bound that it lies beyond.</summary>
    /// <param name="value">The value.</param>
    /// <param name="min">The lower bound.</param>
    /// <param name="max">The upper bound; not below <paramref name="min"/>.</param>
    public static int Clamp(int value, int min, int max) => Math.Clamp(value, min, max);

    /// <summary>The value, or the bound that it lies beyond.</summary>
    /// <param name="value">The value.</param>
    /// <param name="min">The lower bound.</param>
    /// <param name="max">The upper bound; not below <paramref name="min"/>.</param>
    public static uint Clamp(uint value, uint min, uint max) => Math.Clamp(value, min, max);

    /// <summary>The value, or the bound that it lies beyond.</summary>
    /// <param name="value">The value.</param>
    /// <param name="min">The lower bound.</param>
    /// <param name="max">The upper bound; not below <paramref name="min"/>.</param>
    public static long Clamp(long value, long min, long max) => Math.Clamp(value, min, max);

    /// <summary>The value, or the bound that it lies beyond.</summary>
    /// <param name="value">The value.</param>
    /// <param name="min">The lower bound.</param>
    /// <param name="max">The upper bound; not below <paramref name="min"/>.</param>
    public static ulong Clamp(ulong value, ulong min, ulong max) => Math.Clamp(value, min, max);

    /// <summary>The greatest whole number that is not above the value.</summary>
    /// <param name="value">The argument.</param>
    public static float Floor(float value) => MathF.Floor(value);

    /// <summary>The least whole number that is not below the value.</summary>
    /// <param name="value">The argument.</param>
    public static float Ceiling(float value) => MathF.Ceiling(value);

    /// <summary>The whole part of the value.</summary>
    /// <param name="value">The argument.</param>
    public static float Truncate(float value) => MathF.Truncate(value);

    /// <summary>The nearest whole number; of two, the even one.</summary>
    /// <param name="value">The argument.</param>
    public static float RoundToEven(float value) => MathF.Round(value, MidpointRounding.ToEven);

    /// <summary>The square root.</summary>
    /// <param name="value">The argument.</param>
    public static float Sqrt(float value) => MathF.Sqrt(value);

    /// <summary>One over the square root.</summary>
    /// <param name="value">The argument.</param>
    public static float Rsqrt(float value) => 1f / MathF.Sqrt(value);

    /// <summary>One over the value.</summary>
    /// <param name="value">The argument.</param>
    public static float Rcp(float value) => 1f / value;

    /// <summary>e to the power of the value.</summary>
    /// <param name="value">The argument.</param>
    public static float Exp(float value) => MathF.Exp(value);

    /// <summary>2 to the power of the value.</summary>
    /// <param name="value">The argument.</param>
    public static float Exp2(float value) => float.Exp2(value);

    /// <summary>The natural logarithm.</summary>
    /// <param name="value">The argument.</param>
    public static float Log(float value) => MathF.Log(value);

    /// <summary>The logarithm to base 2.</summary>
    /// <param name="value">The argument.</param>
    public static float Log2(float value) => MathF.Log2(value);

    /// <summary>The logarithm to base 10.</summary>
    /// <param name="value">The argument.</param>
    public static float Log10(float value) => MathF.Log10(value);

    /// <summary>The sine of an angle in radians.</summary>
    /// <param name="value">The argument.</param>
    public static float Sin(float value) => MathF.Sin(value);

    /// <summary>The cosine of an angle in radians.</summary>
    /// <param name="value">The argument.</param>
    public static float Cos(float value) => MathF.Cos(value);

    /// <summary>The tangent of an angle in radians.</summary>
    /// <param name="value">The argument.</param>
    public static float Tan(float value) => MathF.Tan(value);

    /// <summary>The hyperbolic sine.</summary>
    /// <param name="value">The argument.</param>
    public static float Sinh(float value) => MathF.Sinh(value);

    /// <summary>The hyperbolic cosine.</summary>
    /// <param name="value">The argument.</param>
    public static float Cosh(float value) => MathF.Cosh(value);

    /// <summary>The hyperbolic tangent.</summary>
    /// <param name="value">The argument.</param>
    public static float Tanh(float value) => MathF.Tanh(value);

    /// <summary>One number to the power of another.</summary>
    /// <param name="base">The base.</param>
    /// <param name="exp">The exponent.</param>
    public static float Pow(float @base, float exp) => MathF.Pow(@base, exp);

    /// <summary>Whether a value is NaN.</summary>
    /// <param name="value">The argument.</param>
    public static bool IsNaN(float value) => float.IsNaN(value);

    /// <summary>Whether a value is an infinity, of either sign.</summary>
    /// <param name="value">The argument.</param>
    public static bool IsInfinity(float value) => float.IsInfinity(value);
}
