using Quern.Tensors;

namespace Quern.Nn;

/// <summary>Cuts its input along an axis, gives each part to a branch of its own, and joins their outputs along the same axis: y = [B₀(x₀), B₁(x₁), …].</summary>
/// <remarks>Backward: each branch is given its part of ∂loss/∂y, and what they return is joined.</remarks>
public sealed class Split : Branches
{
    private readonly Workspace[] _parts;
    private readonly Workspace _inputGradient = new();
    private readonly int[]? _lengths;
    private Shape _input;

    /// <summary>Makes a layer that cuts its input into parts of equal length.</summary>
    /// <param name="axis">The axis along which the input is cut and outputs are joined: 1 for channels; a negative one counts from the end.</param>
    /// <param name="branches">The branches; their number divides the length of the axis, and their outputs differ in that axis alone.</param>
    /// <exception cref="ArgumentException">There are no branches, or two of them are, or contain, the same module.</exception>
    public Split(int axis, params ReadOnlySpan<Module> branches)
        : base(axis, branches)
    {
        _parts = NewWorkspaces();
    }

    /// <summary>Makes a layer that cuts its input into parts of given lengths.</summary>
    /// <param name="axis">The axis along which the input is cut and outputs are joined: 1 for channels; a negative one counts from the end.</param>
    /// <param name="branches">The length of each part, at least 1, and its branch; the lengths add up to that of the axis, and outputs differ in that axis alone.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is less than 1.</exception>
    /// <exception cref="ArgumentException">There are no branches, or two of them are, or contain, the same module.</exception>
    public Split(int axis, params ReadOnlySpan<(int Length, Module Branch)> branches)
        : base(axis, [.. branches.ToArray().Select(branch => branch.Branch)])
    {
        _parts = NewWorkspaces();
        _lengths = new int[branches.Length];
        for (int i = 0; i < branches.Length; i++)
        {
            _lengths[i] = branches[i].Length >= 1 ? branches[i].Length
                : throw new ArgumentOutOfRangeException(nameof(branches), branches[i].Length, $"Split: part {i} is {branches[i].Length} long; each must be at least 1.");
        }
    }

    /// <summary>The lengths of the parts; null where they are equal.</summary>
    public IReadOnlyList<int>? Lengths => _lengths;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input cannot be cut so, or the outputs of the branches cannot be joined.</exception>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckInput(input.Shape);
        if (!KeepsForBackward)
        {
            return Evaluate(input);
        }

        using Passes.Turn turn = BeginForward();
        _input = input.Shape;
        for (int i = 0; i < Count; i++)
        {
            Tensor part = _parts[i].Get(PartOf(_input, i, out int start), input.Device);
            LayerChecks.Apart(this, nameof(Forward), nameof(input), input, part);
            Take(input, start, part);
            Run(i, part);
        }

        return JoinKept(input);
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        ReadOnlySpan<Tensor> gradients = Cut(outputGradient);
        Tensor inputGradient = _inputGradient.Get(_input, outputGradient.Device);
        LayerChecks.Apart(this, nameof(Backward), "output gradient", outputGradient, inputGradient);
        int axis = AxisOf(_input);
        int start = 0;
        for (int i = 0; i < gradients.Length; i++)
        {
            Tensor part = this[i].Backward(gradients[i]);
            int length = part.Shape[axis];
            new StridedView(part).CopyTo(new StridedView(inputGradient).Slice(axis, start, length));
            start += length;
        }

        return inputGradient;
    }

    // Apart from Forward, which would allocate what the lambda keeps in training too.
    private Tensor Evaluate(Tensor input) => Evaluate(input, i =>
    {
        Tensor part = Tensor.Result(PartOf(input.Shape, i, out int start), input.Device);
        Take(input, start, part);
        return part;
    });

    private void Take(Tensor input, int start, Tensor part)
    {
        int axis = AxisOf(input.Shape);
        new StridedView(input).Slice(axis, start, part.Shape[axis]).CopyTo(new StridedView(part));
    }

    private Shape PartOf(Shape input, int part, out int start)
    {
        int axis = AxisOf(input);
        int length = _lengths is null ? input[axis] / Count : _lengths[part];
        start = _lengths is null ? part * length : Total(_lengths.AsSpan(0, part));
        return input.With(axis, length);
    }

    private void CheckInput(Shape input)
    {
        int length = input[AxisOf(input)];
        if (_lengths is null ? length % Count != 0 : length != Total(_lengths))
        {
            string parts = _lengths is null ? $"{Count} parts of equal length" : $"parts of lengths {string.Join(", ", _lengths)}";
            throw new ShapeException($"{Label}: the input has shape {input}, whose axis {Axis} cannot be cut into {parts}.");
        }
    }

    private static int Total(ReadOnlySpan<int> lengths)
    {
        int total = 0;
        foreach (int length in lengths)
        {
            total += length;
        }

        return total;
    }
}
