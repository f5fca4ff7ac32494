using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// Normalises each sample over its last axes: y = x̂ · weight + bias, with x̂ = (x - mean) / √(variance + ε). Input and output:
/// any shape that ends with the normalised one. The same in training and in evaluation.
/// </summary>
/// <remarks>
/// Backward, with g = ∂loss/∂y, h = g · weight and means over the normalised axes: ∂loss/∂x = (h - mean(h) - x̂ · mean(h x̂)) / √(variance + ε);
/// ∂loss/∂weight = Σ g x̂ and ∂loss/∂bias = Σ g over all samples. Parameters: <c>weight</c>, ones, and <c>bias</c>, zeros, of the
/// normalised shape. Source: Ba, Kiros and Hinton, 2016; the variance divides by n, as PyTorch's.
/// </remarks>
public sealed class LayerNorm : Module
{
    private readonly Workspace _output = new();
    private readonly Workspace _mean = new();
    private readonly Workspace _inverseDeviation = new();
    private readonly Workspace _inputGradient = new();
    private readonly Workspace _weightProduct = new();
    private readonly Views _gradientRows = new();
    private readonly Views _biasColumns = new();
    private readonly Views _weightColumns = new();
    private readonly int _columns;
    private KeptTensor _input;
    private KeptTensor _lastWeight;
    private Tensor? _lastMean;
    private Tensor? _lastInverseDeviation;

    /// <summary>Makes a layer.</summary>
    /// <param name="normalizedShape">The last axes of the input, over which each sample is normalised: <c>[64]</c>.</param>
    /// <param name="epsilon">A small number added to the denominator, against division by zero.</param>
    /// <param name="affine">Whether the layer has a weight and a bias.</param>
    /// <param name="device">The device of the parameters and the arithmetic; the CPU if omitted.</param>
    /// <exception cref="ShapeException">The normalised shape has no elements, or more than <see cref="int.MaxValue"/>.</exception>
    public LayerNorm(Shape normalizedShape, float epsilon = 1e-5f, bool affine = true, Device? device = null)
    {
        if (normalizedShape.Rank == 0 || normalizedShape.ElementCount == 0)
        {
            throw new ShapeException($"LayerNorm: the normalised shape is {normalizedShape}; it needs at least one axis, and elements.");
        }

        if (normalizedShape.ElementCount > int.MaxValue)
        {
            throw new ShapeException(
                $"LayerNorm: the normalised shape {normalizedShape} has {normalizedShape.ElementCount} elements; it may have at most {int.MaxValue}. Normalise over fewer axes.");
        }

        NormalizedShape = normalizedShape;
        _columns = (int)normalizedShape.ElementCount;
        Epsilon = epsilon;
        if (affine)
        {
            Weight = RegisterParameter("weight", Tensor.Ones(normalizedShape, device));
            Bias = RegisterParameter("bias", Tensor.Zeros(normalizedShape, device));
        }
    }

    /// <summary>The last axes of the input.</summary>
    public Shape NormalizedShape { get; }

    /// <summary>The small number added to the variance.</summary>
    public float Epsilon { get; }

    /// <summary>A factor for each normalised element, or null.</summary>
    public Parameter? Weight { get; }

    /// <summary>An offset for each normalised element, or null.</summary>
    public Parameter? Bias { get; }

    internal override bool KeepsNothing => !KeepsForBackward;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input does not end with the normalised shape.</exception>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckInput(input.Shape);
        int rows = (int)(input.ElementCount / _columns);
        if (!KeepsForBackward)
        {
            return Normalize(input, Weight?.Value, Bias?.Value, rows, _columns, Epsilon);
        }

        using Passes.Turn turn = BeginForward();
        Tensor output = _output.Get(input.Shape, input.Device);
        LayerChecks.Apart(this, nameof(Forward), nameof(input), input, output);
        _lastMean = _mean.Get([rows], input.Device);
        _lastInverseDeviation = _inverseDeviation.Get([rows], input.Device);
        input.Device.LayerNorm(input, Weight?.Value, Bias?.Value, _columns, Epsilon, output, _lastMean, _lastInverseDeviation);
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
        Tensor? weight = Weight is null ? null : _lastWeight.Get(this, "weight");
        LayerChecks.OutputGradient(nameof(LayerNorm), outputGradient, input.Shape);
        Device device = input.Device;
        Shape rows = [(int)(input.ElementCount / _columns), _columns];
        Tensor inputGradient = _inputGradient.Get(input.Shape, device);
        LayerChecks.Apart(this, nameof(Backward), "output gradient", outputGradient, inputGradient);
        Tensor? weightProduct = Weight is null ? null : _weightProduct.Get(rows, device);
        device.LayerNormBackward(
            outputGradient, input, weight, _lastMean!, _lastInverseDeviation!, _columns, inputGradient, weightProduct);
        if (Weight is not null && Bias is not null)
        {
            Tensor weightGradient = Weight.AccumulateGradient(out bool accumulate);
            device.ColumnSum(weightProduct!, _weightColumns.Get(weightGradient, [_columns]), accumulate);
            Tensor biasGradient = Bias.AccumulateGradient(out accumulate);
            device.ColumnSum(_gradientRows.Get(outputGradient, rows), _biasColumns.Get(biasGradient, [_columns]), accumulate);
        }

        return inputGradient;
    }

    // Rows normalised each by itself, with nothing kept for a backward pass.
    internal static Tensor Normalize(Tensor input, Tensor? weight, Tensor? bias, int rows, int columns, float epsilon)
    {
        Tensor result = Tensor.Result(input.Shape, input.Device);
        Tensor mean = Tensor.Result([rows], input.Device);
        Tensor inverseDeviation = Tensor.Result([rows], input.Device);
        input.Device.LayerNorm(input, weight, bias, columns, epsilon, result, mean, inverseDeviation);
        mean.Memory.Release();
        inverseDeviation.Memory.Release();
        return result;
    }

    private void CheckInput(Shape input)
    {
        int outer = input.Rank - NormalizedShape.Rank;
        bool fits = outer >= 0;
        for (int axis = 0; fits && axis < NormalizedShape.Rank; axis++)
        {
            fits = input[outer + axis] == NormalizedShape[axis];
        }

        if (!fits)
        {
            throw new ShapeException($"LayerNorm: the input has shape {input}; its last axes must be {NormalizedShape}, over which the layer normalises.");
        }
    }
}
