namespace Quern.Nn;

/// <summary>The progress of an epoch.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="Step">Steps done in this epoch.</param>
/// <param name="Steps">Steps in an epoch.</param>
/// <param name="Samples">Samples done in this epoch.</param>
/// <param name="Loss">
/// The mean training loss of this epoch's samples so far. An asynchronous device is asked for it every 64 steps; null before.
/// </param>
public readonly record struct TrainingProgress(int Epoch, int Step, int Steps, int Samples, double? Loss);
