using Quern.Tensors;

namespace Quern.Nn.Tests.Gradients;

/// <summary>Numbers to feed to what is tested: the same for the same seed.</summary>
internal static class Samples
{
    /// <summary>Numbers in [-scale, scale).</summary>
    public static float[] Values(Shape shape, int seed, float scale = 1)
    {
        Random random = new(seed);
        float[] values = new float[shape.ElementCount];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ((random.NextSingle() * 2) - 1) * scale;
        }

        return values;
    }

    /// <summary>A tensor of numbers in [-scale, scale).</summary>
    public static Tensor Tensor(Shape shape, int seed, Device? device = null, float scale = 1) =>
        Tensors.Tensor.From(Values(shape, seed, scale), shape, device);
}
