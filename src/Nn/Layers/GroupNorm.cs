using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// Normalises each sample over groups of channels: y = x̂ · weight + bias for each channel, with x̂ = (x - mean) / √(variance + ε) over the channels of a group and all that lies behind
/// them. Input and output: [batch, channels, …]. The same in training and in evaluation, and whatever the batch.
/// </summary>
/// <remarks>
/// Backward, with g = ∂loss/∂y, h = g · weight and means over a group: ∂loss/∂x = (h - mean(h) - x̂ · mean(h x̂)) / √(variance + ε); ∂loss/∂weight = Σ g x̂ and ∂loss/∂bias = Σ g over
/// each channel. Parameters: <c>weight</c>, ones, and <c>bias</c>, zeros, of [channels]. Source: Wu and He, 2018; the variance divides by n, as PyTorch's.
/// With as many groups as channels this is instance normalisation.
/// </remarks>
public sealed class GroupNorm : Module
{
    private readonly Workspace _normalized = new();
    private readonly Workspace _output = new();
    private readonly Workspace _mean = new();
    private readonly Workspace _inverseDeviation = new();
    private readonly Workspace _weightSum = new();
    private readonly Workspace _biasSum = new();
    private readonly Workspace _inputGradient = new();
    private Tensor? _zeros;
    private Tensor? _ones;
    private KeptTensor _input;
    private KeptTensor _lastWeight;
    private Tensor? _lastNormalized;
    private Tensor? _lastMean;
    private Tensor? _lastInverseDeviation;

    /// <summary>Makes a layer.</summary>
    /// <param name="groups">How many groups the channels are cut into: at least 1; it divides the channels.</param>
    /// <param name="channels">The length of the input's second axis: at least 1.</param>
    /// <param name="epsilon">A small number added to the denominator, against division by zero.</param>
    /// <param name="affine">Whether the layer has a weight and a bias.</param>
    /// <param name="device">The device of the parameters and the arithmetic; the CPU if omitted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    /// <exception cref="ArgumentException">The groups do not divide the channels.</exception>
    public GroupNorm(int groups, int channels, float epsilon = 1e-5f, bool affine = true, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        if (channels % groups != 0)
        {
            throw new ArgumentException($"GroupNorm: {channels} channels cannot be cut into {groups} groups of equal size. Give a divisor of {channels}.", nameof(groups));
        }

        Groups = groups;
        Channels = channels;
        Epsilon = epsilon;
        if (affine)
        {
            Weight = RegisterParameter("weight", Tensor.Ones([channels], device));
            Bias = RegisterParameter("bias", Tensor.Zeros([channels], device));
        }
    }

    /// <summary>How many groups the channels are cut into.</summary>
    public int Groups { get; }

    /// <summary>The channels: the length of the input's second axis.</summary>
    public int Channels { get; }

    /// <summary>The number added to the variance.</summary>
    public float Epsilon { get; }

    /// <summary>A factor for each channel, or null.</summary>
    public Parameter? Weight { get; }

    /// <summary>An offset for each channel, or null.</summary>
    public Parameter? Bias { get; }

    internal override bool KeepsNothing => !KeepsForBackward;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input is not [batch, channels, …] with elements in a sample, or a group has too many of them.</exception>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        (int inner, int columns) = Lengths(input.Shape);
        int rows = checked(input.Shape[0] * Groups);
        Device device = input.Device;
        if (!KeepsForBackward)
        {
            Tensor result = LayerNorm.Normalize(input, null, null, rows, columns, Epsilon);
            Scale(result, inner, result);
            return result;
        }

        using Passes.Turn turn = BeginForward();
        _lastNormalized = _normalized.Get(input.Shape, device);
        Tensor output = Weight is null ? _lastNormalized : _output.Get(input.Shape, device);
        LayerChecks.Apart(this, nameof(Forward), nameof(input), input, output);
        _lastMean = _mean.Get([rows], device);
        _lastInverseDeviation = _inverseDeviation.Get([rows], device);
        device.LayerNorm(input, null, null, columns, Epsilon, _lastNormalized, _lastMean, _lastInverseDeviation);
        Scale(_lastNormalized, inner, output);
        _input.Keep(input);
        if (Weight is not null)
        {
            _lastWeight.Keep(Weight.Value);
        }

        EndForward(output);
        return output;
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        Tensor input = _input.Get(this, "input");
        LayerChecks.OutputGradient(nameof(GroupNorm), outputGradient, input.Shape);
        Device device = input.Device;
        (int inner, int columns) = Lengths(input.Shape);
        Tensor inputGradient = _inputGradient.Get(input.Shape, device);
        LayerChecks.Apart(this, nameof(Backward), "output gradient", outputGradient, inputGradient);
        Tensor gradient = outputGradient;
        if (Weight is not null && Bias is not null)
        {
            // The gradient of the normalised numbers goes where the input's gradient is written over it.
            gradient = inputGradient;
            (Tensor zeros, Tensor ones) = Constants(device);
            Tensor weight = _lastWeight.Get(this, "weight");
            Tensor weightSum = _weightSum.Get([Channels], device), biasSum = _biasSum.Get([Channels], device);
            device.BatchNormBackwardParameters(outputGradient, _lastNormalized!, zeros, ones, 0, inner, weightSum, biasSum);
            Weight.AddToGradient(weightSum);
            Bias.AddToGradient(biasSum);
            device.BatchNormBackward(outputGradient, _lastNormalized!, zeros, ones, 0, weight, null, null, inner, gradient);
        }

        device.LayerNormBackward(gradient, input, null, _lastMean!, _lastInverseDeviation!, columns, inputGradient, null);
        return inputGradient;
    }

    // A factor and an offset for each channel are those of a batch norm whose statistics are 0 and 1.
    private void Scale(Tensor normalized, int inner, Tensor result)
    {
        if (Weight is not null)
        {
            (Tensor zeros, Tensor ones) = Constants(result.Device);
            result.Device.BatchNorm(normalized, zeros, ones, 0, Weight.Value, Bias!.Value, inner, result);
        }
    }

    // Several threads may make them at once in evaluation; each gets a pair of its own device.
    private (Tensor Zeros, Tensor Ones) Constants(Device device)
    {
        Tensor? zeros = _zeros, ones = _ones;
        if (zeros is null || zeros.Device != device)
        {
            _zeros = zeros = Tensor.Zeros([Channels], device);
        }

        if (ones is null || ones.Device != device)
        {
            _ones = ones = Tensor.Ones([Channels], device);
        }

        return (zeros, ones);
    }

    // The numbers of a channel in a sample, and those of a group.
    private (int Inner, int Columns) Lengths(Shape input)
    {
        long sample = input.Rank < 2 ? 0 : input.With(0, 1).ElementCount;
        if (sample == 0 || input[1] != Channels)
        {
            throw new ShapeException($"GroupNorm: the input has shape {input}; the layer takes [batch, {Channels}, …] with elements in each sample.");
        }

        long columns = sample / Groups;
        return columns <= int.MaxValue
            ? ((int)(sample / Channels), (int)columns)
            : throw new ShapeException($"GroupNorm: the input has shape {input}; a group has {columns} numbers, and there may be at most {int.MaxValue}. Use more groups.");
    }
}
