namespace Quern.Mnist.Training;

/// <summary>The loss became infinite or not a number. The message names the step and the likely remedy.</summary>
public sealed class TrainingDivergedException(string message) : Exception(message);
