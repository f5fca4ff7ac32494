using Quern.Kernels;

namespace Quern.Tensors;

// Several tensors to one, and one to several.
public sealed partial class Tensor
{
    /// <summary>Tensors one behind the other along an axis that they have: <c>Tensor.Concat([a, b], axis: 1)</c>.</summary>
    /// <param name="tensors">At least one; their other axes are equal, and they live on one device.</param>
    /// <param name="axis">The axis, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="result">The tensor to write to, apart from all of them; a new one if omitted.</param>
    /// <returns>A copy: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentException">No tensor was given.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ShapeException">The other axes differ.</exception>
    /// <exception cref="DeviceException">The tensors live on different devices.</exception>
    public static Tensor Concat(ReadOnlySpan<Tensor> tensors, int axis = 0, Tensor? result = null)
    {
        Tensor first = FirstOf(nameof(Concat), tensors);
        int position = first.AxisOf(nameof(Concat), axis);
        int length = 0;
        for (int i = 0; i < tensors.Length; i++)
        {
            Shape shape = tensors[i].Shape;
            if (shape.Rank != first.Rank || shape.With(position, first.Shape[position]) != first.Shape)
            {
                throw new ShapeException(
                    $"Concat: tensor 0 has shape {first.Shape} and tensor {i} {shape}; all axes but axis {position}, along which they are joined, must be equal.");
            }

            length = checked(length + shape[position]);
        }

        result = ResultApart(nameof(Concat), tensors, first.Shape.With(position, length), result);
        int start = 0;
        foreach (Tensor tensor in tensors)
        {
            new StridedView(tensor).CopyTo(new StridedView(result).Slice(position, start, tensor.Shape[position]));
            start += tensor.Shape[position];
        }

        return result;
    }

    /// <summary>Tensors of one shape side by side along a new axis: <c>Tensor.Stack([a, b])</c> has a and b as its rows.</summary>
    /// <param name="tensors">At least one, all of one shape and on one device.</param>
    /// <param name="axis">Which axis of the result the new one is: 0 is the outermost, -1 the innermost.</param>
    /// <param name="result">The tensor to write to, apart from all of them; a new one if omitted.</param>
    /// <returns>A copy: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentException">No tensor was given.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The result has no such axis.</exception>
    /// <exception cref="ShapeException">The shapes differ, or have six axes already.</exception>
    /// <exception cref="DeviceException">The tensors live on different devices.</exception>
    public static Tensor Stack(ReadOnlySpan<Tensor> tensors, int axis = 0, Tensor? result = null)
    {
        Tensor first = FirstOf(nameof(Stack), tensors);
        int position = axis < 0 ? axis + first.Rank + 1 : axis;
        if ((uint)position > (uint)first.Rank)
        {
            throw new ArgumentOutOfRangeException(
                nameof(axis),
                $"Stack: tensors of shape {first.Shape} are stacked along a new axis from 0 to {first.Rank}, or from -1, behind the last, to {-first.Rank - 1}; {axis} was given.");
        }

        for (int i = 0; i < tensors.Length; i++)
        {
            if (tensors[i].Shape != first.Shape)
            {
                throw new ShapeException($"Stack: tensor 0 has shape {first.Shape} and tensor {i} {tensors[i].Shape}; all must have the same.");
            }
        }

        result = ResultApart(nameof(Stack), tensors, first.Shape.Insert(position, tensors.Length), result);
        for (int i = 0; i < tensors.Length; i++)
        {
            new StridedView(tensors[i]).CopyTo(new StridedView(result).At(position, i));
        }

        return result;
    }

    /// <summary>Copies of parts of equal length along an axis; the last is shorter where the length does not divide the axis.</summary>
    /// <param name="length">The length of a part: at least 1.</param>
    /// <param name="axis">The axis, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <returns>The parts: at least one, of an axis of length 0 an empty one.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or the length is less than 1.</exception>
    public Tensor[] Split(int length, int axis = 0)
    {
        int position = AxisOf(nameof(Split), axis);
        if (length < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(length), $"Split: the length of a part is {length}; it must be at least 1.");
        }

        int whole = Shape[position];
        int[] lengths = new int[Math.Max(1, Division.RoundUp(whole, length))];
        Array.Fill(lengths, length);
        lengths[^1] = whole - ((lengths.Length - 1) * length);
        return Parts(lengths, position);
    }

    /// <summary>Copies of parts along an axis.</summary>
    /// <param name="lengths">The lengths of the parts: zero or more each, the axis's length together.</param>
    /// <param name="axis">The axis, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or a length is negative.</exception>
    /// <exception cref="ShapeException">The lengths do not add up to the axis's.</exception>
    public Tensor[] Split(ReadOnlySpan<int> lengths, int axis = 0)
    {
        int position = AxisOf(nameof(Split), axis);
        long sum = 0;
        foreach (int length in lengths)
        {
            if (length < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(lengths), $"Split: the length of a part is {length}; it must be zero or more.");
            }

            sum += length;
        }

        if (sum != Shape[position])
        {
            throw new ShapeException(
                $"Split: the lengths [{string.Join(", ", lengths.ToArray())}] add up to {sum}; axis {position} of the tensor of shape {Shape} has length {Shape[position]}.");
        }

        return Parts(lengths, position);
    }

    /// <summary>
    /// Copies of parts of equal length along an axis, so long that there are at most as many as asked for; the last is shorter where it
    /// must be. As in PyTorch, 5 places make 3 chunks of 2, 2 and 1, but 4 chunks are not to be had: they would be 2, 2, 1 and nothing.
    /// </summary>
    /// <param name="chunks">How many parts: at least 1.</param>
    /// <param name="axis">The axis, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or <paramref name="chunks"/> is less than 1.</exception>
    public Tensor[] Chunk(int chunks, int axis = 0)
    {
        int position = AxisOf(nameof(Chunk), axis);
        if (chunks < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(chunks), $"Chunk: {chunks} chunks were asked for; it must be at least 1.");
        }

        return Split(Math.Max(1, Division.RoundUp(Shape[position], chunks)), position);
    }

    private static Tensor FirstOf(string operation, ReadOnlySpan<Tensor> tensors)
    {
        if (tensors.IsEmpty)
        {
            throw new ArgumentException($"{operation}: no tensors were given; give at least one.", nameof(tensors));
        }

        foreach (Tensor tensor in tensors)
        {
            ArgumentNullException.ThrowIfNull(tensor, nameof(tensors));
        }

        return tensors[0];
    }

    private static Tensor ResultApart(string operation, ReadOnlySpan<Tensor> tensors, Shape shape, Tensor? result)
    {
        foreach (Tensor tensor in tensors)
        {
            tensors[0].CheckSameDevice(operation, tensor);
        }

        result = tensors[0].ResultOf(operation, shape, result);
        foreach (Tensor tensor in tensors)
        {
            CheckApart(operation, tensor, result, "an operand");
        }

        return result;
    }

    private Tensor[] Parts(ReadOnlySpan<int> lengths, int axis)
    {
        Tensor[] parts = new Tensor[lengths.Length];
        int start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = Copy(new StridedView(this).Slice(axis, start, lengths[i]));
            start += lengths[i];
        }

        return parts;
    }
}
