namespace Quern.Kernels.Language;

public static partial class XMath
{
    /// <inheritdoc cref="Abs(float)"/>
    public static double Abs(double value) => Math.Abs(value);

    /// <inheritdoc cref="Min(float, float)"/>
    public static double Min(double first, double second) => double.MinNumber(first, second);

    /// <inheritdoc cref="Max(float, float)"/>
    public static double Max(double first, double second) => double.MaxNumber(first, second);

    /// <inheritdoc cref="Clamp(float, float, float)"/>
    public static double Clamp(double value, double min, double max) => Max(Min(value, max), min);

    /// <inheritdoc cref="Floor(float)"/>
    public static double Floor(double value) => Math.Floor(value);

    /// <inheritdoc cref="Ceiling(float)"/>
    public static double Ceiling(double value) => Math.Ceiling(value);

    /// <inheritdoc cref="Truncate(float)"/>
    public static double Truncate(double value) => Math.Truncate(value);

    /// <inheritdoc cref="RoundToEven(float)"/>
    public static double RoundToEven(double value) => Math.Round(value, MidpointRounding.ToEven);

    /// <inheritdoc cref="Sqrt(float)"/>
    public static double Sqrt(double value) => Math.Sqrt(value);

    /// <inheritdoc cref="Rsqrt(float)"/>
    public static double Rsqrt(double value) => 1.0 / Math.Sqrt(value);

    /// <inheritdoc cref="Rcp(float)"/>
    public static double Rcp(double value) => 1.0 / value;

    /// <inheritdoc cref="Exp(float)"/>
    public static double Exp(double value) => Math.Exp(value);

    /// <inheritdoc cref="Exp2(float)"/>
    public static double Exp2(double value) => double.Exp2(value);

    /// <inheritdoc cref="Log(float)"/>
    public static double Log(double value) => Math.Log(value);

    /// <inheritdoc cref="Log2(float)"/>
    public static double Log2(double value) => Math.Log2(value);

    /// <inheritdoc cref="Log10(float)"/>
    public static double Log10(double value) => Math.Log10(value);

    /// <inheritdoc cref="Sin(float)"/>
    public static double Sin(double value) => Math.Sin(value);

    /// <inheritdoc cref="Cos(float)"/>
    public static double Cos(double value) => Math.Cos(value);

    /// <inheritdoc cref="Tan(float)"/>
    public static double Tan(double value) => Math.Tan(value);

    /// <inheritdoc cref="Sinh(float)"/>
    public static double Sinh(double value) => Math.Sinh(value);

    /// <inheritdoc cref="Cosh(float)"/>
    public static double Cosh(double value) => Math.Cosh(value);

    /// <inheritdoc cref="Tanh(float)"/>
    public static double Tanh(double value) => Math.Tanh(value);

    /// <inheritdoc cref="Pow(float, float)"/>
    public static double Pow(double @base, double exp) => Math.Pow(@base, exp);

    /// <inheritdoc cref="IsNaN(float)"/>
    public static bool IsNaN(double value) => double.IsNaN(value);

    /// <inheritdoc cref="IsInfinity(float)"/>
    public static bool IsInfinity(double value) => double.IsInfinity(value);
}
