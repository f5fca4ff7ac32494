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
}
