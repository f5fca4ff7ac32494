using Quern.Tensors;

namespace Quern.Nn;

/// <summary>Outputs and targets of a classifier as numbers of classes.</summary>
internal static class Classes
{
    /// <summary>The class of each sample by the network: [batch].</summary>
    public static float[] Told(string operation, Tensor output, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        return output.Rank == 2 && output.ElementCount > 0 && (target.Shape == output.Shape || target.Shape == [output.Shape[0]])
            ? output.ArgMax(1).ToArray()
            : throw new ShapeException(
                $"{operation}: the output has shape {output.Shape} and the target {target.Shape}; the output must be [batch, classes], and the target [batch], the numbers of the classes, or [batch, classes], their probabilities.");
    }

    /// <summary>The class of each sample by the target: [batch].</summary>
    public static float[] Expected(Tensor target) => (target.Rank == 1 ? target : target.ArgMax(1)).ToArray();
}
