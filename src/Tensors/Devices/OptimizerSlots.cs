namespace Quern.Tensors;

/// <summary>One parameter with what Adam keeps for it; the four tensors have one shape.</summary>
internal readonly record struct AdamSlot(Tensor Parameter, Tensor Gradient, Tensor FirstMoment, Tensor SecondMoment);

/// <summary>One parameter with what stochastic gradient descent keeps for it; the three tensors have one shape.</summary>
internal readonly record struct SgdSlot(Tensor Parameter, Tensor Gradient, Tensor Momentum);
