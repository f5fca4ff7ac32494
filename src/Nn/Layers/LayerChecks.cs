using Quern.Tensors;

namespace Quern.Nn;

/// <summary>What every backward pass asks of its argument.</summary>
internal static class LayerChecks
{
    public static void OutputGradient(string layer, Tensor outputGradient, Shape output)
    {
        if (outputGradient.Shape != output)
        {
            throw new ShapeException(
                $"{layer}.Backward: the output gradient has shape {outputGradient.Shape}; the last output has {output}, and its gradient must have the same.");
        }
    }

    public static InvalidOperationException NoForward(string layer) =>
        new($"{layer}.Backward: there was no forward pass, and Backward takes a gradient through the last one. Call Forward first.");
}
