using System.Globalization;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>What <see cref="Concat"/> and <see cref="Split"/> share: branches side by side, whose outputs are joined along an axis.</summary>
/// <remarks>Branches are named by their position: <c>0</c>, <c>1</c>, …</remarks>
public abstract class Branches : Module
{
    private readonly Module[] _branches;
    private readonly Workspace _output = new();
    private readonly Workspace[] _cuts;
    private readonly Tensor[] _outputs;
    private readonly Tensor[] _outputGradients;
    private Shape _outputShape;

    private protected Branches(int axis, ReadOnlySpan<Module> branches)
    {
        if (branches.IsEmpty)
        {
            throw new ArgumentException($"{GetType().Name}: there are no branches. Give at least one.", nameof(branches));
        }

        Axis = axis;
        _branches = new Module[branches.Length];
        for (int i = 0; i < branches.Length; i++)
        {
            _branches[i] = Register(i.ToString(CultureInfo.InvariantCulture), branches[i]);
        }

        _cuts = NewWorkspaces();
        _outputs = new Tensor[branches.Length];
        _outputGradients = new Tensor[branches.Length];
    }

    /// <summary>The axis along which outputs are joined; a negative one counts from the end.</summary>
    public int Axis { get; }

    /// <summary>The number of branches.</summary>
    public int Count => _branches.Length;

    /// <summary>A branch by its position.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such branch.</exception>
    public Module this[int index] => (uint)index < (uint)_branches.Length ? _branches[index]
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"{GetType().Name}: there are {_branches.Length} branches, numbered from 0.");

    internal override bool KeepsNothing => !KeepsForBackward && Array.TrueForAll(_branches, branch => branch.KeepsNothing);

    private protected Workspace[] NewWorkspaces() => [.. _branches.Select(_ => new Workspace())];

    /// <summary>A forward pass that keeps nothing.</summary>
    /// <param name="input">The input of all.</param>
    /// <param name="part">What a branch is given: the input itself, or a result that nobody else knows of.</param>
    private protected Tensor Evaluate(Tensor input, Func<int, Tensor> part)
    {
        Tensor[] outputs = new Tensor[_branches.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            Tensor given = part(i);
            outputs[i] = _branches[i].Forward(given);
            if (given.Memory != input.Memory && given.Memory != outputs[i].Memory && _branches[i].KeepsNothing)
            {
                given.Memory.Release();
            }
        }

        Tensor result = Tensor.Result(Joined(outputs), input.Device);
        Join(outputs, result);
        for (int i = 0; i < outputs.Length; i++)
        {
            if (outputs[i].Memory != input.Memory && _branches[i].KeepsNothing)
            {
                outputs[i].Memory.Release();
            }
        }

        return result;
    }

    /// <summary>Runs a branch; <see cref="JoinKept"/> joins what they all make.</summary>
    private protected void Run(int branch, Tensor input) => _outputs[branch] = _branches[branch].Forward(input);

    /// <summary>Joins the outputs of the branches, and keeps what a backward pass needs: their shapes.</summary>
    private protected Tensor JoinKept(Tensor input)
    {
        _outputShape = Joined(_outputs);
        Tensor output = _output.Get(_outputShape, input.Device);
        LayerChecks.Apart(this, nameof(Forward), nameof(input), input, output);
        Join(_outputs, output);
        EndForward(output);
        return output;
    }

    /// <summary>Cuts the output's gradient into those of the branches' outputs.</summary>
    private protected ReadOnlySpan<Tensor> Cut(Tensor outputGradient)
    {
        LayerChecks.OutputGradient(this, outputGradient, _outputShape);
        int axis = AxisOf(_outputShape);
        int start = 0;
        for (int i = 0; i < _branches.Length; i++)
        {
            int length = _outputs[i].Shape[axis];
            Tensor part = _cuts[i].Get(_outputShape.With(axis, length), outputGradient.Device);
            LayerChecks.Apart(this, nameof(Backward), "output gradient", outputGradient, part);
            new StridedView(outputGradient).Slice(axis, start, length).CopyTo(new StridedView(part));
            _outputGradients[i] = part;
            start += length;
        }

        return _outputGradients;
    }

    /// <inheritdoc/>
    public sealed override void BackwardParameters(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        ReadOnlySpan<Tensor> gradients = Cut(outputGradient);
        for (int i = 0; i < _branches.Length; i++)
        {
            _branches[i].BackwardParameters(gradients[i]);
        }
    }

    /// <summary>The axis of a shape, from 0.</summary>
    private protected int AxisOf(Shape shape)
    {
        int axis = Axis < 0 ? Axis + shape.Rank : Axis;
        return (uint)axis < (uint)shape.Rank ? axis : throw new ShapeException($"{Label}: a tensor of shape {shape} has no axis {Axis}.");
    }

    private void Join(ReadOnlySpan<Tensor> parts, Tensor result)
    {
        int axis = AxisOf(result.Shape);
        int start = 0;
        foreach (Tensor part in parts)
        {
            int length = part.Shape[axis];
            new StridedView(part).CopyTo(new StridedView(result).Slice(axis, start, length));
            start += length;
        }
    }

    private Shape Joined(ReadOnlySpan<Tensor> outputs)
    {
        Shape shape = outputs[0].Shape;
        int axis = AxisOf(shape);
        long length = shape[axis];
        foreach (Tensor output in outputs[1..])
        {
            if (output.Rank != shape.Rank || output.Shape.With(axis, 0) != shape.With(axis, 0))
            {
                throw new ShapeException(
                    $"{Label}: a branch has an output of shape {output.Shape} and the first one {shape}; to be joined along axis {Axis} they may differ in that axis alone.");
            }

            length += output.Shape[axis];
        }

        return shape.With(axis, checked((int)length));
    }
}
