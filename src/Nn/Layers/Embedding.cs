using System.Buffers;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>A table of vectors that are looked up by number: indices of any shape to [the same axes, dimension].</summary>
/// <remarks>
/// <para>Backward: each vector's gradient is the sum of ∂loss/∂y over the places that name it, added in order, so that it is the same in every run. Indices have no
/// gradient: what <see cref="Backward"/> returns is zeros.</para>
/// <para>Parameter: <c>weight</c> [count, dimension], normal with mean 0 and standard deviation 1, as PyTorch's. The indices are read on the host: on a GPU that waits for
/// the device, unless they are given as numbers.</para>
/// </remarks>
public sealed class Embedding : Module
{
    private readonly Workspace _output = new();
    private readonly Workspace _inputGradient = new();
    private readonly RowSegments _segments = new();
    private readonly int? _paddingIndex;
    private int[] _rows = [];
    private float[] _numbers = [];
    private Shape _input;

    /// <summary>Makes a layer.</summary>
    /// <param name="count">How many vectors there are: at least 1.</param>
    /// <param name="dimension">The length of a vector: at least 1.</param>
    /// <param name="generator">The generator of the initial vectors.</param>
    /// <param name="paddingIndex">A vector that starts as zeros and gets no gradient: what stands for nothing. Null for none.</param>
    /// <param name="device">The device of the parameters and the arithmetic; the CPU if omitted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1, or <paramref name="paddingIndex"/> is no vector's number.</exception>
    public Embedding(int count, int dimension, Generator generator, int? paddingIndex = null, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (paddingIndex is { } padding && (uint)padding >= (uint)count)
        {
            throw new ArgumentOutOfRangeException(nameof(paddingIndex), padding, $"Embedding: the padding index is {padding}; there are {count} vectors, numbered from 0.");
        }

        Count = count;
        Dimension = dimension;
        _paddingIndex = paddingIndex;
        Weight = RegisterParameter("weight", Tensor.RandomNormal([count, dimension], generator, device: device));
        if (paddingIndex is { } row)
        {
            Weight.Value.Rows(row, 1).Fill(0);
        }
    }

    /// <summary>How many vectors there are.</summary>
    public int Count { get; }

    /// <summary>The length of a vector.</summary>
    public int Dimension { get; }

    /// <summary>The vectors: [count, dimension].</summary>
    public Parameter Weight { get; }

    internal override bool KeepsNothing => !KeepsForBackward;

    /// <summary>Looks up vectors.</summary>
    /// <param name="input">Their numbers: whole numbers from 0, of any shape with at most five axes.</param>
    /// <returns>[the axes of the input, dimension].</returns>
    /// <exception cref="ArgumentException">A number is no vector's.</exception>
    /// <exception cref="ShapeException">The input has too many axes.</exception>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckRank(input.Shape);
        int count = checked((int)input.ElementCount);
        if (!KeepsForBackward)
        {
            float[] rented = ArrayPool<float>.Shared.Rent(count);
            int[] rentedRows = ArrayPool<int>.Shared.Rent(count);
            try
            {
                input.CopyTo(rented.AsSpan(0, count));
                ToRows(rented.AsSpan(0, count), rentedRows);
                return LookUp(rentedRows.AsSpan(0, count), input.Shape);
            }
            finally
            {
                ArrayPool<float>.Shared.Return(rented);
                ArrayPool<int>.Shared.Return(rentedRows);
            }
        }

        using Passes.Turn turn = BeginForward();
        if (_numbers.Length < count)
        {
            _numbers = new float[count];
        }

        Grow(count);
        input.CopyTo(_numbers.AsSpan(0, count));
        ToRows(_numbers.AsSpan(0, count), _rows);
        return LookUpKept(input.Shape);
    }

    /// <summary>Looks up vectors.</summary>
    /// <param name="indices">Their numbers, from 0.</param>
    /// <returns>[indices, dimension].</returns>
    /// <exception cref="ArgumentException">A number is no vector's.</exception>
    public Tensor Forward(params ReadOnlySpan<int> indices)
    {
        foreach (int index in indices)
        {
            if ((uint)index >= (uint)Count)
            {
                throw NoIndex(index);
            }
        }

        if (!KeepsForBackward)
        {
            return LookUp(indices, [indices.Length]);
        }

        using Passes.Turn turn = BeginForward();
        Grow(indices.Length);
        indices.CopyTo(_rows);
        return LookUpKept([indices.Length]);
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient)
    {
        BackwardParameters(outputGradient);
        Tensor inputGradient = _inputGradient.Get(_input, outputGradient.Device);
        inputGradient.Fill(0);
        return inputGradient;
    }

    /// <inheritdoc/>
    public override void BackwardParameters(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        LayerChecks.OutputGradient(nameof(Embedding), outputGradient, OutputOf(_input));
        _segments.Build(_rows.AsSpan(0, (int)_input.ElementCount), _paddingIndex ?? -1);
        Tensor gradient = Weight.AccumulateGradient(out bool accumulate);
        if (!accumulate)
        {
            gradient.Fill(0);
        }

        outputGradient.Device.EmbeddingBackward(outputGradient, _segments, gradient);
    }

    private void Grow(int count)
    {
        if (_rows.Length < count)
        {
            _rows = new int[count];
        }
    }

    private Tensor LookUp(ReadOnlySpan<int> rows, Shape input)
    {
        Tensor result = Tensor.Result(OutputOf(input), Weight.Value.Device);
        result.Device.Embedding(Weight.Value, rows, result);
        return result;
    }

    private Tensor LookUpKept(Shape input)
    {
        Tensor output = _output.Get(OutputOf(input), Weight.Value.Device);
        output.Device.Embedding(Weight.Value, _rows.AsSpan(0, (int)input.ElementCount), output);
        _input = input;
        EndForward(output);
        return output;
    }

    private Shape OutputOf(Shape input) => input.Insert(input.Rank, Dimension);

    private void ToRows(ReadOnlySpan<float> numbers, Span<int> rows)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            Check(numbers[i]);
            rows[i] = (int)numbers[i];
        }
    }

    private void Check(float index)
    {
        if (!(index >= 0 && index < Count && index == MathF.Floor(index)))
        {
            throw NoIndex(index);
        }
    }

    private ArgumentException NoIndex(double index) => new($"{Label}: there is an index {index}; indices are whole numbers from 0 to {Count - 1}.");

    private static void CheckRank(Shape input)
    {
        if (input.Rank >= Shape.MaxRank)
        {
            throw new ShapeException($"Embedding: the input has shape {input}; it may have at most {Shape.MaxRank - 1} axes, since the output has one more.");
        }
    }
}
