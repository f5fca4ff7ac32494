namespace Quern.Benchmarks;

/// <summary>Operands that every contestant makes alike, and what is compared of their results.</summary>
internal static class TensorNumbers
{
    /// <summary>Numbers from -1 to 1, or from 0.5 to 1.5.</summary>
    public static float[] Make(int count, int salt, bool positive = false)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            float value = ((((long)i * 7919) + (salt * 104729L)) % 2003 / 1001.5f) - 1;
            values[i] = positive ? MathF.Abs(value) + 0.5f : value;
        }

        return values;
    }

    /// <summary>The mean of the magnitudes, weighted by place, so that an order gone wrong shows.</summary>
    public static double Checksum(ReadOnlySpan<float> result)
    {
        double sum = 0;
        for (int i = 0; i < result.Length; i++)
        {
            sum += (1 + (i % 7)) * Math.Abs((double)result[i]);
        }

        return sum / result.Length;
    }
}
