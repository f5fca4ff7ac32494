namespace Quern.Tensors;

// What every operation asks of its operands before a device sees them.
public sealed partial class Tensor
{
    internal void CheckSameDevice(string operation, Tensor other)
    {
        if (Device != other.Device && !Device.SharesMemoryWith(other.Device))
        {
            throw new DeviceException(
                $"{operation}: one operand lives on {Device} and the other on {other.Device}; both must live on one device. Move one with To(device).");
        }
    }

    // The tensor to write to: the given one, if it fits, or a new one on this tensor's device.
    internal Tensor ResultOf(string operation, Shape shape, Tensor? result)
    {
        if (result is null)
        {
            return Result(shape, Device);
        }

        CheckSameDevice(operation, result);
        if (result.Shape != shape)
        {
            throw new ShapeException($"{operation}: the result has shape {shape}, and the tensor given for it {result.Shape}. Give one of the result's shape, or none.");
        }

        result.CountWrite();
        return result;
    }

    // Which axis is meant, if a negative one counts from the end.
    internal int AxisOf(string operation, int axis)
    {
        int position = axis < 0 ? axis + Rank : axis;
        return (uint)position < (uint)Rank
            ? position
            : throw new ArgumentOutOfRangeException(
                nameof(axis),
                $"{operation}: the tensor of shape {Shape} has {Rank} axes, numbered from 0; there is no axis {axis}. -1 is the innermost.");
    }

    // The same for several, each named once at most.
    internal ReadOnlySpan<int> AxesOf(string operation, ReadOnlySpan<int> axes, Span<int> positions)
    {
        for (int i = 0; i < axes.Length; i++)
        {
            int position = AxisOf(operation, axes[i]);
            if (positions[..i].Contains(position))
            {
                throw new ArgumentException($"{operation}: axis {position} of the tensor of shape {Shape} is named twice in [{string.Join(", ", axes.ToArray())}].", nameof(axes));
            }

            positions[i] = position;
        }

        return positions[..axes.Length];
    }

    internal bool Overlaps(Tensor other) =>
        Memory == other.Memory
        && ElementCount > 0 && other.ElementCount > 0
        && Offset < other.Offset + other.ElementCount && other.Offset < Offset + ElementCount;

    // An operation that reads an operand more than once, or in another order than it writes, needs a result of its own.
    internal static void CheckApart(string operation, Tensor operand, Tensor result, string name)
    {
        if (operand.Overlaps(result))
        {
            throw new ArgumentException(
                $"{operation}: the result shares memory with {name}, which it would overwrite while it is read. Give a tensor of its own.", nameof(result));
        }
    }

    // How many places there are before an axis, and how many behind it.
    private void Around(int axis, out long outer, out long inner)
    {
        outer = 1;
        for (int before = 0; before < axis; before++)
        {
            outer *= Shape[before];
        }

        inner = 1;
        for (int behind = axis + 1; behind < Rank; behind++)
        {
            inner *= Shape[behind];
        }
    }

    // An element-wise operation may write over an operand, but only exactly over it.
    private void CheckOverlap(string operation, Tensor result)
    {
        if (Overlaps(result) && (Offset != result.Offset || Shape != result.Shape))
        {
            throw new ArgumentException($"{operation}: the result overlaps an operand in part. Write exactly over the operand, or to a tensor of its own.", nameof(result));
        }
    }
}
