namespace Quern.Kernels.Language;

/// <summary>Floats as bits.</summary>
public static class Interop
{
    /// <summary>The bits of a float.</summary>
    /// <param name="value">The float.</param>
    public static uint FloatAsInt(float value) => BitConverter.SingleToUInt32Bits(value);

    /// <summary>The float that has these bits.</summary>
    /// <param name="value">The bits.</param>
    public static float IntAsFloat(uint value) => BitConverter.UInt32BitsToSingle(value);

    /// <summary>The bits of a double.</summary>
    /// <param name="value">The double.</param>
    public static ulong FloatAsInt(double value) => BitConverter.DoubleToUInt64Bits(value);

    /// <summary>The double that has these bits.</summary>
    /// <param name="value">The bits.</param>
    public static double IntAsFloat(ulong value) => BitConverter.UInt64BitsToDouble(value);
}
