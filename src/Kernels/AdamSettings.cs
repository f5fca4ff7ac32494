namespace Quern.Kernels;

/// <summary>What a step of Adam needs besides the tensors. Doubles, since 1 - β₂ of a float has lost most of its digits.</summary>
/// <param name="LearningRate">The step size.</param>
/// <param name="Beta1">How much of the first moment a step keeps, from 0 to 1.</param>
/// <param name="Beta2">How much of the second moment a step keeps, from 0 to 1.</param>
/// <param name="Epsilon">Added to the root of the corrected second moment.</param>
/// <param name="WeightDecay">The pull towards zero.</param>
/// <param name="Decoupled">
/// False adds the pull to the gradient (Adam with L2 regularisation); true shrinks the parameter by it (AdamW).
/// </param>
public readonly record struct AdamSettings(
    double LearningRate, double Beta1, double Beta2, double Epsilon, double WeightDecay, bool Decoupled = false);
