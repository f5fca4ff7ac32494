using Quern.Tensors;

namespace Quern.Nn;

/// <summary>The weights that PyTorch's convolutions begin with.</summary>
internal static class ConvolutionInitializer
{
    /// <summary>Weight and bias uniform within ±1 / √(fan in); the fan in is the length of a row of the weight.</summary>
    public static void Fill(Parameter weight, Parameter? bias, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        float bound = (float)(1 / Math.Sqrt((double)weight.Value.ElementCount / weight.Value.Shape[0]));
        weight.Value.FillRandom(generator, -bound, bound);
        bias?.Value.FillRandom(generator, -bound, bound);
    }
}
