namespace Quern.Tensors;

/// <summary>One parameter with what an optimizer keeps for it, all of one shape; a state that it does not keep is null.</summary>
internal readonly record struct UpdateSlot(Tensor Parameter, Tensor Gradient, Tensor? State0, Tensor? State1);
