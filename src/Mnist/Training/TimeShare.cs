namespace Quern.Mnist.Training;

/// <summary>A part of the training time.</summary>
/// <param name="Name">What was done, such as <c>Matrix products</c>.</param>
/// <param name="Seconds">How long it took over the whole run.</param>
public readonly record struct TimeShare(string Name, double Seconds);
