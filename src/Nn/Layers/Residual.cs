using Quern.Kernels.Operators;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>Adds what a module makes of its input to the input: y = x + F(x), or y = S(x) + F(x) with a shortcut S that changes the shape.</summary>
/// <remarks>
/// Backward, with g = ∂loss/∂y: F and S are given g, and what they return is added; without a shortcut ∂loss/∂x = g + ∂loss/∂x of F. Children:
/// <c>module</c> and <c>shortcut</c>. Source: He and others, 2016.
/// </remarks>
public sealed class Residual : Module
{
    private readonly Workspace _output = new();
    private readonly Workspace _inputGradient = new();
    private Shape _input;
    private Shape _outputShape;

    /// <summary>Makes a layer.</summary>
    /// <param name="module">F. Its output has the shape of its input, or of what the shortcut makes of it.</param>
    /// <param name="shortcut">S, such as a convolution of window 1 that changes the number of channels; null to add the input itself.</param>
    /// <exception cref="ArgumentException">The two are, or contain, the same module.</exception>
    public Residual(Module module, Module? shortcut = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        Module = Register(nameof(module), module);
        Shortcut = shortcut is null ? null : Register(nameof(shortcut), shortcut);
    }

    /// <summary>F, whose output is added to the input or to that of the shortcut.</summary>
    public Module Module { get; }

    /// <summary>S, or null where the input itself is added.</summary>
    public Module? Shortcut { get; }

    internal override bool KeepsNothing => !KeepsForBackward && Module.KeepsNothing && (Shortcut?.KeepsNothing ?? true);

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The two that are to be added have different shapes.</exception>
    /// <exception cref="InvalidOperationException">A child wrote over the input, which the other needs.</exception>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!KeepsForBackward)
        {
            return Evaluate(input);
        }

        using Passes.Turn turn = BeginForward();
        int version = input.Version;
        Tensor output = Module.Forward(input);
        LayerChecks.NotWritten(this, nameof(Forward), nameof(input), input, version);
        Tensor added = Shortcut?.Forward(input) ?? input;
        CheckShapes(output.Shape, added.Shape);
        Tensor sum = _output.Get(output.Shape, output.Device);
        LayerChecks.Apart(this, nameof(Forward), nameof(input), input, sum);
        output.Device.Binary<AddOperator>(output, added, sum);
        _input = input.Shape;
        _outputShape = sum.Shape;
        EndForward(sum);
        return sum;
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        LayerChecks.OutputGradient(this, outputGradient, _outputShape);
        int version = outputGradient.Version;
        Tensor gradient = Module.Backward(outputGradient);
        LayerChecks.NotWritten(this, nameof(Backward), "output gradient", outputGradient, version);
        Tensor added = Shortcut?.Backward(outputGradient) ?? outputGradient;
        Tensor inputGradient = _inputGradient.Get(_input, outputGradient.Device);
        LayerChecks.Apart(this, nameof(Backward), "output gradient", outputGradient, inputGradient);
        outputGradient.Device.Binary<AddOperator>(gradient, added, inputGradient);
        return inputGradient;
    }

    /// <inheritdoc/>
    public override void BackwardParameters(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        LayerChecks.OutputGradient(this, outputGradient, _outputShape);
        int version = outputGradient.Version;
        Module.BackwardParameters(outputGradient);
        LayerChecks.NotWritten(this, nameof(Backward), "output gradient", outputGradient, version);
        Shortcut?.BackwardParameters(outputGradient);
    }

    private Tensor Evaluate(Tensor input)
    {
        int version = input.Version;
        Tensor output = Module.Forward(input);
        LayerChecks.NotWritten(this, nameof(Forward), nameof(input), input, version);
        Tensor added = Shortcut?.Forward(input) ?? input;
        CheckShapes(output.Shape, added.Shape);

        // Nobody else knows of memory that the child got from the pool, so the sum is written there.
        Tensor sum = Module.KeepsNothing && output.Memory != input.Memory ? output : Tensor.Result(output.Shape, output.Device);
        output.Device.Binary<AddOperator>(output, added, sum);
        if (Shortcut is { KeepsNothing: true } && added.Memory != input.Memory)
        {
            added.Memory.Release();
        }

        return sum;
    }

    private void CheckShapes(Shape output, Shape added)
    {
        if (output != added)
        {
            string other = Shortcut is null
                ? $"the input has {added}. Let it keep the shape, or give a shortcut that makes {output} of the input"
                : $"that of the shortcut has {added}. Both must be equal";
            throw new ShapeException($"{Label}: the output of the module has shape {output}, and {other}.");
        }
    }
}
