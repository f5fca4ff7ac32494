using Quern.Kernels.Operators;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// Self-attention by several heads: each position of a sequence is given a mean of what all positions say, weighted by how well its query fits their keys. Input and output:
/// [batch, sequence, embedding], the batch first.
/// </summary>
/// <remarks>
/// <para>With [q, k, v] = x W_inᵀ + b_in, each cut into heads of d = embedding / heads numbers: a = softmax(q kᵀ / √d) over the positions, for each head, and
/// y = [a v of each head] W_outᵀ + b_out. A causal layer leaves out the positions behind a query's own.</para>
/// <para>Backward, with g = ∂loss/∂(a v) of a head and s = the gradient of the softmax's input, from ∂loss/∂a = g vᵀ: ∂loss/∂v = aᵀ g, ∂loss/∂q = s k / √d and
/// ∂loss/∂k = sᵀ q / √d; both projections are <see cref="Linear"/>.</para>
/// <para>Parameters, by PyTorch's names: <c>in_proj_weight</c> [3 · embedding, embedding], whose rows are those of q, k and v, and <c>in_proj_bias</c>; <c>out_proj.weight</c>
/// [embedding, embedding] and <c>out_proj.bias</c>. Weights are Glorot uniform, biases zeros. What PyTorch's layer has besides is not here: keys and values from another
/// sequence, masks of one's own, dropout of the weights. Source: Vaswani and others, 2017.</para>
/// </remarks>
public sealed class MultiheadAttention : Module
{
    // Queries, keys and values, as they follow each other in the projection.
    private const int Query = 0;
    private const int Key = 1;
    private const int Value = 2;
    private const int Parts = 3;

    // Masks of as many lengths as a Workspace keeps shapes.
    private const int KeptMasks = 4;

    private readonly Linear _inProjection;
    private readonly float _scale;
    private readonly Workspace[] _parts = [new(), new(), new()];
    private readonly Workspace[] _partGradients = [new(), new(), new()];
    private readonly Workspace _weights = new();
    private readonly Workspace _weightGradient = new();
    private readonly Workspace _attended = new();
    private readonly Workspace _attendedGradient = new();
    private readonly Workspace _joined = new();
    private readonly Workspace _projectedGradient = new();
    private readonly Views _projectedParts = new();
    private readonly Views _joinedRows = new();
    private readonly Views _joinedGradientHeads = new();
    private readonly Views _projectedGradientRows = new();
    private readonly Tensor[] _lastParts = new Tensor[Parts];
    private readonly Tensor[] _lastPartGradients = new Tensor[Parts];
    private KeptTensor _input;
    private KeptTensor _lastWeight;
    private Tensor? _lastWeights;
    private Tensor? _lastOutput;
    private Tensor[] _masks = [];

    /// <summary>Makes a layer.</summary>
    /// <param name="embedDim">The numbers of a position, of input and output: at least 1.</param>
    /// <param name="numHeads">How many heads share them: at least 1; it divides <paramref name="embedDim"/>.</param>
    /// <param name="generator">The generator of the initial weights.</param>
    /// <param name="bias">Whether both projections add a bias.</param>
    /// <param name="causal">Whether a position attends to itself and those before it alone, rather than to all.</param>
    /// <param name="device">The device of the parameters and the arithmetic; the CPU if omitted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    /// <exception cref="ArgumentException">The heads do not divide the embedding.</exception>
    public MultiheadAttention(int embedDim, int numHeads, Generator generator, bool bias = true, bool causal = false, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(embedDim, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(numHeads, 1);
        if (embedDim % numHeads != 0)
        {
            throw new ArgumentException(
                $"MultiheadAttention: {embedDim} numbers cannot be shared by {numHeads} heads of equal size. Give a divisor of {embedDim}.", nameof(numHeads));
        }

        EmbedDim = embedDim;
        NumHeads = numHeads;
        IsCausal = causal;
        _scale = 1 / MathF.Sqrt(embedDim / numHeads);
        InProjWeight = RegisterParameter("in_proj_weight", Tensor.Zeros([checked(Parts * embedDim), embedDim], device));
        Initializers.GlorotUniform(InProjWeight.Value, generator);
        InProjBias = bias ? RegisterParameter("in_proj_bias", Tensor.Zeros([Parts * embedDim], device)) : null;
        OutProj = Register("out_proj", new Linear(embedDim, embedDim, generator, bias, device));
        _inProjection = Follow(new Linear(InProjWeight, InProjBias));
    }

    /// <summary>The numbers of a position.</summary>
    public int EmbedDim { get; }

    /// <summary>How many heads share them.</summary>
    public int NumHeads { get; }

    /// <summary>Whether a position attends to itself and those before it alone.</summary>
    public bool IsCausal { get; }

    /// <summary>W_in[3 · embedding, embedding].</summary>
    public Parameter InProjWeight { get; }

    /// <summary>b_in[3 · embedding], or null for a layer without biases.</summary>
    public Parameter? InProjBias { get; }

    /// <summary>The projection of what the heads found.</summary>
    public Linear OutProj { get; }

    internal override bool KeepsNothing => !KeepsForBackward && OutProj.KeepsNothing;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input is not [batch, sequence, embedding] with at least one position.</exception>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckInput(input.Shape);
        if (!KeepsForBackward)
        {
            return Evaluate(input);
        }

        using Passes.Turn turn = BeginForward();
        if (_lastOutput is not null)
        {
            LayerChecks.Apart(this, nameof(Forward), nameof(input), input, _lastOutput);
        }

        Device device = input.Device;
        Shape shape = input.Shape, heads = HeadsOf(shape);
        Tensor projected = _projectedParts.Get(_inProjection.Forward(input), ProjectedOf(shape));
        for (int i = 0; i < Parts; i++)
        {
            _lastParts[i] = _parts[i].Get(heads, device);
        }

        _lastWeights = _weights.Get(WeightsOf(shape), device);
        Tensor joined = _joined.Get(JoinedOf(shape), device);
        Attend(projected, _lastParts, _lastWeights, _attended.Get(heads, device), joined);
        Tensor output = OutProj.Forward(_joinedRows.Get(joined, shape));
        _input.Keep(input);
        _lastWeight.Keep(InProjWeight.Value);
        _lastOutput = output;
        EndForward(output);
        return output;
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        return _inProjection.Backward(BackwardToProjection(outputGradient));
    }

    /// <inheritdoc/>
    public override void BackwardParameters(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        _inProjection.BackwardParameters(BackwardToProjection(outputGradient));
    }

    private Tensor Evaluate(Tensor input)
    {
        Device device = input.Device;
        Shape shape = input.Shape, heads = HeadsOf(shape);
        Tensor projected = _inProjection.Forward(input);
        Tensor[] parts = [Tensor.Result(heads, device), Tensor.Result(heads, device), Tensor.Result(heads, device)];
        Tensor weights = Tensor.Result(WeightsOf(shape), device), attended = Tensor.Result(heads, device), joined = Tensor.Result(JoinedOf(shape), device);
        Attend(View(projected, ProjectedOf(shape)), parts, weights, attended, joined);
        foreach (Tensor done in (ReadOnlySpan<Tensor>)[projected, .. parts, weights, attended])
        {
            done.Memory.Release();
        }

        Tensor output = OutProj.Forward(View(joined, shape));
        if (OutProj.KeepsNothing)
        {
            joined.Memory.Release();
        }

        return output;
    }

    // From the projection of the input to what the heads found.
    private void Attend(Tensor projected, ReadOnlySpan<Tensor> parts, Tensor weights, Tensor attended, Tensor joined)
    {
        Device device = projected.Device;
        for (int i = 0; i < Parts; i++)
        {
            new StridedView(projected).At(2, i).Permute([0, 2, 1, 3]).CopyTo(new StridedView(parts[i]));
        }

        device.Binary<MultiplyOperator>(parts[Query], _scale, parts[Query]);
        parts[Query].MatMul(parts[Key], transposeRight: true, result: weights);
        if (IsCausal)
        {
            device.Binary<AddOperator>(weights, Mask(weights.Shape[^1], device), weights);
        }

        device.Softmax(weights, weights);
        weights.MatMul(parts[Value], result: attended);
        new StridedView(attended).Permute([0, 2, 1, 3]).CopyTo(new StridedView(joined));
    }

    // From the output's gradient to that of the projection of the input.
    private Tensor BackwardToProjection(Tensor outputGradient)
    {
        Tensor input = _input.Get(this, "input");
        _lastWeight.Get(this, "weight");
        LayerChecks.OutputGradient(this, outputGradient, input.Shape);
        Device device = input.Device;
        Shape shape = input.Shape, heads = HeadsOf(shape);
        Tensor joinedGradient = _joinedGradientHeads.Get(OutProj.Backward(outputGradient), JoinedOf(shape));
        Tensor attendedGradient = _attendedGradient.Get(heads, device);
        new StridedView(joinedGradient).Permute([0, 2, 1, 3]).CopyTo(new StridedView(attendedGradient));
        for (int i = 0; i < Parts; i++)
        {
            _lastPartGradients[i] = _partGradients[i].Get(heads, device);
        }

        Tensor weights = _lastWeights!, weightGradient = _weightGradient.Get(weights.Shape, device);
        weights.MatMul(attendedGradient, transposeLeft: true, result: _lastPartGradients[Value]);
        attendedGradient.MatMul(_lastParts[Value], transposeRight: true, result: weightGradient);
        device.SoftmaxBackward(weightGradient, weights, weightGradient);

        // The queries that were kept are divided by √d already; their gradient is not.
        weightGradient.MatMul(_lastParts[Query], transposeLeft: true, result: _lastPartGradients[Key]);
        weightGradient.MatMul(_lastParts[Key], result: _lastPartGradients[Query]);
        device.Binary<MultiplyOperator>(_lastPartGradients[Query], _scale, _lastPartGradients[Query]);
        Tensor projectedGradient = _projectedGradient.Get(ProjectedOf(shape), device);
        for (int i = 0; i < Parts; i++)
        {
            new StridedView(_lastPartGradients[i]).Permute([0, 2, 1, 3]).CopyTo(new StridedView(projectedGradient).At(2, i));
        }

        return _projectedGradientRows.Get(projectedGradient, shape.With(2, Parts * EmbedDim));
    }

    // What is added before the softmax: -∞ where a position is behind that of the query.
    private Tensor Mask(int length, Device device)
    {
        Tensor[] masks = _masks;
        foreach (Tensor kept in masks)
        {
            if (kept.Shape[0] == length && kept.Device == device)
            {
                return kept;
            }
        }

        // Several threads may make one at once in evaluation; that of each is right.
        Tensor mask = Tensor.Full([length, length], float.NegativeInfinity, device).Triu(1);
        _masks = [mask, .. masks.Take(KeptMasks - 1)];
        return mask;
    }

    private static Tensor View(Tensor tensor, Shape shape) => new(tensor.Memory, tensor.Offset, shape);

    // [batch, heads, sequence, numbers of a head].
    private Shape HeadsOf(Shape input) => [input[0], NumHeads, input[1], EmbedDim / NumHeads];

    // [batch, heads, sequence of queries, sequence of keys].
    private Shape WeightsOf(Shape input) => [input[0], NumHeads, input[1], input[1]];

    // A position's numbers, head by head.
    private Shape JoinedOf(Shape input) => [input[0], input[1], NumHeads, EmbedDim / NumHeads];

    private Shape ProjectedOf(Shape input) => [input[0], input[1], Parts, NumHeads, EmbedDim / NumHeads];

    private void CheckInput(Shape input)
    {
        if (input.Rank != 3 || input[2] != EmbedDim || input[1] == 0)
        {
            string remedy = input.Rank == 2 && input[1] == EmbedDim && input[0] > 0 ? $" For a single sequence, use Reshape(1, {input[0]}, {input[1]})." : string.Empty;
            throw new ShapeException($"{Label}: the input has shape {input}; the layer takes [batch, sequence, {EmbedDim}] with at least one position.{remedy}");
        }
    }
}
