namespace Quern.Nn;

/// <summary>What a network reaches on a set of samples.</summary>
/// <param name="Loss">The mean loss over the samples.</param>
/// <param name="Metrics">The values of the trainer's metrics, by name.</param>
public sealed record Evaluation(double Loss, IReadOnlyDictionary<string, double> Metrics)
{
    /// <summary>The values of the trainer's metrics, by name.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; } = Metrics ?? throw new ArgumentNullException(nameof(Metrics));
}
