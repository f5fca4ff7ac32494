using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// What <see cref="BatchNorm1d"/> and <see cref="BatchNorm2d"/> share: y = x̂ · weight + bias for each channel, with
/// x̂ = (x - mean) / √(variance + ε). In training, mean and variance are those of the batch; in evaluation, the running ones.
/// </summary>
/// <remarks>
/// <para>In training, running ← (1 - momentum) · running + momentum · batch after each forward pass. The variance that normalises divides by n, the
/// numbers of a channel in the batch; the running one by n - 1.</para>
/// <para>Backward, with g = ∂loss/∂y: ∂loss/∂weight = Σ g x̂ and ∂loss/∂bias = Σ g; in training ∂loss/∂x =
/// weight / √(variance + ε) · (g - Σ g / n - x̂ · Σ g x̂ / n), in evaluation weight / √(variance + ε) · g.</para>
/// <para>Parameters: <c>weight</c>, ones, and <c>bias</c>, zeros. Buffers: <c>running_mean</c>, zeros, <c>running_var</c>, ones, and
/// <c>num_batches_tracked</c>. Source: Ioffe and Szegedy, 2015; names, defaults and formulas are PyTorch's.</para>
/// </remarks>
public abstract class BatchNorm : Module
{
    private readonly Workspace _output = new();
    private readonly Workspace _mean = new();
    private readonly Workspace _variance = new();
    private readonly Workspace _weightSum = new();
    private readonly Workspace _biasSum = new();
    private readonly Workspace _inputGradient = new();
    private readonly BufferTensor _batches;
    private readonly float _momentum;
    private Tensor? _one;
    private KeptTensor _input;
    private KeptTensor _lastMean;
    private KeptTensor _lastVariance;
    private KeptTensor _lastWeight;
    private bool _lastOfBatch;

    private protected BatchNorm(int channels, float epsilon, float momentum, bool affine, Device? device)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        if (!(momentum is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, $"{GetType().Name}: the momentum is {momentum}; it must be from 0 to 1.");
        }

        Channels = channels;
        Epsilon = epsilon;
        _momentum = momentum;
        if (affine)
        {
            Weight = RegisterParameter("weight", Tensor.Ones([channels], device));
            Bias = RegisterParameter("bias", Tensor.Zeros([channels], device));
        }

        RunningMean = RegisterBuffer("running_mean", Tensor.Zeros([channels], device));
        RunningVariance = RegisterBuffer("running_var", Tensor.Ones([channels], device));
        _batches = RegisterBuffer("num_batches_tracked", Tensor.Zeros([], device));
    }

    /// <summary>The channels: the length of the input's second axis.</summary>
    public int Channels { get; }

    /// <summary>The small number added to the variance.</summary>
    public float Epsilon { get; }

    /// <summary>A factor for each channel, or null.</summary>
    public Parameter? Weight { get; }

    /// <summary>An offset for each channel, or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>The running mean of each channel, which evaluation uses.</summary>
    public BufferTensor RunningMean { get; }

    /// <summary>The running variance of each channel, which evaluation uses.</summary>
    public BufferTensor RunningVariance { get; }

    internal override bool KeepsNothing => !KeepsForBackward;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input has another shape, or in training only one number per channel.</exception>
    public sealed override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckInput(input.Shape);
        Device device = input.Device;
        int inner = Inner(input.Shape);
        if (!KeepsForBackward)
        {
            Tensor result = Tensor.Result(input.Shape, device);
            device.BatchNorm(input, RunningMean.Value, RunningVariance.Value, Epsilon, Weight?.Value, Bias?.Value, inner, result);
            return result;
        }

        using Passes.Turn turn = BeginForward();
        Tensor output = _output.Get(input.Shape, device);
        LayerChecks.Apart(this, nameof(Forward), nameof(input), input, output);
        Tensor mean = RunningMean.Value;
        Tensor variance = RunningVariance.Value;
        if (IsTraining)
        {
            long count = (long)input.Shape[0] * inner;
            if (count < 2)
            {
                throw new ShapeException(
                    $"{GetType().Name}: the input has shape {input.Shape}, {count} numbers per channel; training needs at least 2 for a variance. Use a larger batch, or Eval().");
            }

            mean = _mean.Get([Channels], device);
            variance = _variance.Get([Channels], device);
            device.BatchNormStatistics(input, inner, mean, variance);
            RunningMean.Value.CountWrite();
            RunningVariance.Value.CountWrite();
            device.BatchNormRunning(mean, variance, count, _momentum, RunningMean.Value, RunningVariance.Value);
            _one = _one?.Device == device ? _one : Tensor.Scalar(1, device);
            _batches.Value.Add(_one, _batches.Value);
        }

        device.BatchNorm(input, mean, variance, Epsilon, Weight?.Value, Bias?.Value, inner, output);
        _input.Keep(input);
        _lastMean.Keep(mean);
        _lastVariance.Keep(variance);
        if (Weight is not null)
        {
            _lastWeight.Keep(Weight.Value);
        }

        _lastOfBatch = IsTraining;
        EndForward(output);
        return output;
    }

    /// <inheritdoc/>
    public sealed override Tensor Backward(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        Tensor input = _input.Get(this, "input");
        Tensor mean = _lastMean.Get(this, "mean");
        Tensor variance = _lastVariance.Get(this, "variance");
        Tensor? weight = Weight is null ? null : _lastWeight.Get(this, "weight");
        LayerChecks.OutputGradient(this, outputGradient, input.Shape);
        Device device = input.Device;
        int inner = Inner(input.Shape);
        Tensor inputGradient = _inputGradient.Get(input.Shape, device);
        LayerChecks.Apart(this, nameof(Backward), "output gradient", outputGradient, inputGradient);
        Tensor weightSum = _weightSum.Get([Channels], device);
        Tensor biasSum = _biasSum.Get([Channels], device);
        device.BatchNormBackwardParameters(outputGradient, input, mean, variance, Epsilon, inner, weightSum, biasSum);
        Weight?.AddToGradient(weightSum);
        Bias?.AddToGradient(biasSum);
        device.BatchNormBackward(
            outputGradient,
            input,
            mean,
            variance,
            Epsilon,
            weight,
            _lastOfBatch ? weightSum : null,
            _lastOfBatch ? biasSum : null,
            inner,
            inputGradient);
        return inputGradient;
    }

    private protected abstract void CheckInput(Shape input);

    private int Inner(Shape input)
    {
        long inner = 1;
        for (int axis = 2; axis < input.Rank; axis++)
        {
            inner *= input[axis];
        }

        return inner <= int.MaxValue
            ? (int)inner
            : throw new ShapeException(
                $"{GetType().Name}: the input has shape {input}; a channel has {inner} numbers in a sample, and there may be at most {int.MaxValue}. Use smaller images.");
    }
}
