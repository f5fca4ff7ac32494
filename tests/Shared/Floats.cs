namespace Quern.Tests.Shared;

/// <summary>Numbers from all over the floats, and how far a result is from the exact one.</summary>
internal static class Floats
{
    /// <summary>A float for every stretch of bit patterns, NaNs and infinities included.</summary>
    public static IEnumerable<float> AllOver(int stretch)
    {
        for (long bits = 0; bits <= uint.MaxValue; bits += stretch)
        {
            yield return BitConverter.UInt32BitsToSingle((uint)bits);
        }
    }

    /// <summary>How many floats' spacing a result is from the exact value; 0 where both are NaN or the same infinity.</summary>
    public static double UlpError(float actual, double exact)
    {
        if (double.IsNaN(exact) || float.IsNaN(actual))
        {
            return double.IsNaN(exact) && float.IsNaN(actual) ? 0 : double.PositiveInfinity;
        }

        float nearest = (float)exact;
        if (float.IsInfinity(actual) || float.IsInfinity(nearest))
        {
            return actual == nearest ? 0 : double.PositiveInfinity;
        }

        double spacing = Math.Max(Math.Abs(nearest), 1.17549435e-38f);
        spacing = Math.ScaleB(1, Math.ILogB(spacing) - 23);
        return Math.Abs(actual - exact) / spacing;
    }
}
