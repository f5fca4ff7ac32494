using System.Text.Json.Serialization;

namespace Quern.Nn;

/// <summary>Where the time of the training steps went, in seconds, without validation.</summary>
/// <param name="Data">Putting batches together.</param>
/// <param name="MatMul">Matrix products, with the biases and activations that are applied as they are stored. Zero on an asynchronous device.</param>
/// <param name="ElementWise">The rest of the forward pass, the loss and the backward pass: element-wise work, convolutions, normalisation.</param>
/// <param name="Optimizer">Changing the parameters.</param>
public readonly record struct TrainingTimes(double Data, double MatMul, double ElementWise, double Optimizer)
{
    /// <summary>Exchanging gradients with other processes, and waiting for them; zero without a <see cref="ProcessGroup"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double Communication { get; init; }

    /// <summary>All of them together.</summary>
    [JsonIgnore]
    public double Total => Data + MatMul + ElementWise + Optimizer + Communication;

    /// <summary>The times of two stretches of training one after the other.</summary>
    public static TrainingTimes operator +(TrainingTimes left, TrainingTimes right) =>
        new(left.Data + right.Data, left.MatMul + right.MatMul, left.ElementWise + right.ElementWise, left.Optimizer + right.Optimizer) { Communication = left.Communication + right.Communication };

    /// <summary>The times of what is left of a stretch of training without its beginning.</summary>
    public static TrainingTimes operator -(TrainingTimes left, TrainingTimes right) =>
        new(left.Data - right.Data, left.MatMul - right.MatMul, left.ElementWise - right.ElementWise, left.Optimizer - right.Optimizer) { Communication = left.Communication - right.Communication };
}
