namespace Quern.Nn;

/// <summary>The loss of a training step or of a validation is infinite or not a number.</summary>
/// <param name="message">What happened and what may help.</param>
public sealed class TrainingDivergedException(string message) : Exception(message);
