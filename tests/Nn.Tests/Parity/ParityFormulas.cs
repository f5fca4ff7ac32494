using Quern.Tensors;

namespace Quern.Nn.Tests.Parity;

/// <summary>
/// Weights, inputs and images from integer arithmetic: tests/parity/make_figures.py has the same formulas, so both sides
/// work on the same numbers, to the bit.
/// </summary>
internal static class ParityFormulas
{
    private const int Pixels = 784;

    /// <summary>A number of a stream, evenly spread over all 32 bits.</summary>
    public static uint Hashed(uint stream, uint index)
    {
        uint x = (index * 0x9E3779B1) + (stream * 0x85EBCA77);
        x = (x ^ (x >> 15)) * 0x2C1B3C6D;
        x = (x ^ (x >> 12)) * 0x297A2D39;
        return x ^ (x >> 15);
    }

    /// <summary>Numbers in [-scale, scale), exact where scale is a power of two.</summary>
    public static Tensor Values(uint stream, Shape shape, float scale = 1, Device? device = null)
    {
        float[] values = new float[shape.ElementCount];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (((Hashed(stream, (uint)i) >> 8) * (1f / (1 << 23))) - 1) * scale;
        }

        return Tensor.From(values, shape, device);
    }

    /// <summary>Discs of random place and size on black, fading to the rim: [count, 784] with values of k / 256.</summary>
    public static Tensor Images(int first, int count, Device? device = null)
    {
        float[] pixels = new float[count * Pixels];
        for (int image = 0; image < count; image++)
        {
            uint place = 3 * (uint)(first + image);
            int row = 6 + (int)(Hashed(900, place) % 16);
            int column = 6 + (int)(Hashed(900, place + 1) % 16);
            int radius = 3 + (int)(Hashed(900, place + 2) % 6);
            for (int pixel = 0; pixel < Pixels; pixel++)
            {
                int r = (pixel / 28) - row, c = (pixel % 28) - column;
                int level = Math.Max(0, 256 - (256 * ((r * r) + (c * c)) / (radius * radius)));
                pixels[(image * Pixels) + pixel] = level / 256f;
            }
        }

        return Tensor.From(pixels, [count, Pixels], device);
    }

    /// <summary>The sum of the numbers, each with a hashed sign.</summary>
    public static double Project(uint stream, ReadOnlySpan<float> values)
    {
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            sum += Hashed(stream, (uint)i) >> 31 == 0 ? values[i] : -values[i];
        }

        return sum;
    }
}
