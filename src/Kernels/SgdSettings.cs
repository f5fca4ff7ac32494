namespace Quern.Kernels;

/// <summary>What a step of stochastic gradient descent needs besides the tensors.</summary>
/// <param name="LearningRate">The step size.</param>
/// <param name="Momentum">How much of the velocity a step keeps; 0 for none.</param>
/// <param name="WeightDecay">The pull towards zero, added to the gradient.</param>
/// <param name="Nesterov">Whether to look ahead along the velocity.</param>
public readonly record struct SgdSettings(double LearningRate, double Momentum, double WeightDecay, bool Nesterov);
