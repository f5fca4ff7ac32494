using Quern.Tensors;

namespace Quern.Nn;

/// <summary>Outputs and targets of a classifier as numbers of classes.</summary>
internal static class Classes
{
    /// <summary>The class of each sample by the network: [batch].</summary>
    public static float[] Told(string operation, Tensor output, Tensor target)
    {
        LayerChecks.Classifier(operation, output, target);
        return output.ArgMax(1).ToArray();
    }

    /// <summary>The class of each sample by the target: [batch].</summary>
    public static float[] Expected(Tensor target) => (target.Rank == 1 ? target : target.ArgMax(1)).ToArray();

    /// <summary>Whether a sample's class is the number that marks it as having none. Probabilities mark none.</summary>
    public static bool IsIgnored(Tensor target, float expected, int ignoreIndex) => target.Rank == 1 && expected == ignoreIndex;
}
