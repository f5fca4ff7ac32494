using System.Runtime.CompilerServices;

namespace Quern.Tensors;

/// <summary>
/// An array of float32 numbers with up to six axes, row-major and contiguous, in the memory of a <see cref="Device"/>.
/// </summary>
/// <remarks>
/// <para>Nobody disposes a tensor: its memory goes back when nothing refers to it any more.</para>
/// <para><see cref="Reshape(ReadOnlySpan{int})"/>, <see cref="Flatten"/>, <see cref="Squeeze()"/>, <see cref="Unsqueeze"/>, <see cref="Rows"/>,
/// <see cref="Row(Index)"/>, a single range and the rows of <c>foreach</c> are views: they share memory with the tensor they come from. Every other
/// operation returns a new tensor, or writes to its <c>result</c> argument where one is given, which then must have the shape of the result and allocates nothing.</para>
/// <para>The results of operations have memory of a pool that is used again, but never while something refers to a tensor in it.</para>
/// <para>A tensor may be read from several threads at once, but not while another writes to it.</para>
/// </remarks>
public sealed partial class Tensor
{
    internal Tensor(DeviceMemory<float> memory, long offset, Shape shape)
    {
        Memory = memory;
        Offset = offset;
        Shape = shape;
    }

    /// <summary>The lengths of the axes.</summary>
    public Shape Shape { get; }

    /// <summary>The number of axes: 0 (a single number) to 6.</summary>
    public int Rank => Shape.Rank;

    /// <summary>The number of elements: the product of the axes' lengths.</summary>
    public long ElementCount => Shape.ElementCount;

    /// <summary>The device that holds the elements and runs operations on them.</summary>
    public Device Device => Memory.Device;

    internal DeviceMemory<float> Memory { get; }

    internal long Offset { get; }

    // How often the memory was written, by this tensor or another that shares it.
    internal int Version => Memory.Version;

    // For the device's own operations, which keep the tensor until they are done.
    internal Span<float> Numbers => HostMemory("Operation").Span(Offset, ElementCount);

    /// <summary>One element; one index per axis, as in <c>tensor[2, 5]</c>.</summary>
    /// <exception cref="ArgumentException">The number of indices is not the number of axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside its axis.</exception>
    [IndexerName("Elements")]
    public float this[params ReadOnlySpan<int> indices]
    {
        get
        {
            float value = 0;
            Memory.CopyTo(new Span<float>(ref value), Offset + Position(indices));
            return value;
        }

        set => Memory.CopyFrom(new ReadOnlySpan<float>(in value), Offset + Position(indices));
    }

    /// <summary>
    /// A view of some rows (entries of the outermost axis), as in <c>tensor[2..5]</c>; it shares memory with this tensor. Setting it writes to
    /// them; the value is broadcast.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the axis.</exception>
    /// <exception cref="ShapeException">The tensor has no axis.</exception>
    [IndexerName("Elements")]
    public Tensor this[Range rows]
    {
        get
        {
            int length = Rank == 0 ? 0 : Shape[0];
            int start = rows.Start.GetOffset(length);
            return Rows(start, rows.End.GetOffset(length) - start);
        }

        set => Assign(new StridedView(this[rows]), value);
    }

    /// <summary>A view of some rows (entries of the outermost axis); it shares memory with this tensor.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="count">How many rows: zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rows do not all exist.</exception>
    /// <exception cref="ShapeException">The tensor has no axis.</exception>
    public Tensor Rows(int start, int count)
    {
        CheckHasRows(nameof(Rows));
        if (start < 0 || count < 0 || start > Shape[0] - count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), $"Rows: {count} rows from {start} were asked for; the tensor of shape {Shape} has {Shape[0]}, numbered from 0.");
        }

        Shape shape = Shape.With(0, count);
        long rowLength = Shape[0] == 0 ? 0 : ElementCount / Shape[0];
        return new Tensor(Memory, Offset + (start * rowLength), shape);
    }

    /// <summary>A view of the same numbers in another shape; it shares memory with this tensor.</summary>
    /// <param name="axes">The new lengths. One of them may be -1: it is worked out from the others.</param>
    /// <exception cref="ShapeException">The shapes do not hold equally many numbers.</exception>
    public Tensor Reshape(params ReadOnlySpan<int> axes)
    {
        int unknown = axes.IndexOf(-1);
        Shape shape = unknown < 0 ? Shape.Create(axes) : WorkOut(axes, unknown);
        if (shape.ElementCount != ElementCount)
        {
            throw new ShapeException(
                $"Reshape: the tensor has shape {Shape} with {ElementCount} elements; the new shape {shape} holds {shape.ElementCount}. Both must hold equally many.");
        }

        return new Tensor(Memory, Offset, shape);
    }

    /// <summary>The only element of a tensor that has one.</summary>
    /// <exception cref="ShapeException">The tensor has none or several elements.</exception>
    public float Item()
    {
        if (ElementCount != 1)
        {
            throw new ShapeException($"Item: the tensor has shape {Shape} with {ElementCount} elements; Item takes a tensor with one.{(ElementCount > 1 ? " Index it, or use ToArray." : string.Empty)}");
        }

        float value = 0;
        Memory.CopyTo(new Span<float>(ref value), Offset);
        return value;
    }

    /// <summary>The numbers themselves, to read and write in place. To read them, <see cref="AsReadOnlySpan"/> is enough.</summary>
    /// <remarks>
    /// Taking the span counts as a write: a layer that keeps this tensor for its backward pass then refuses it, as after any other write.
    /// </remarks>
    /// <exception cref="DeviceException">The tensor lives on another device than the processor.</exception>
    public Span<float> AsSpan()
    {
        CountWrite();
        return HostMemory(nameof(AsSpan)).LastingSpan(Offset, ElementCount);
    }

    /// <summary>The numbers themselves, to read.</summary>
    /// <exception cref="DeviceException">The tensor lives on another device than the processor.</exception>
    public ReadOnlySpan<float> AsReadOnlySpan() => HostMemory(nameof(AsReadOnlySpan)).LastingSpan(Offset, ElementCount);

    /// <summary>A copy of the numbers in row-major order.</summary>
    public float[] ToArray()
    {
        float[] array = new float[ElementCount];
        CopyTo(array);
        return array;
    }

    /// <summary>Copies the numbers to the host in row-major order, after the work that is queued on the device.</summary>
    /// <param name="destination">As long as the tensor has elements.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public void CopyTo(Span<float> destination)
    {
        CheckLength(nameof(CopyTo), destination.Length);
        Memory.CopyTo(destination, Offset);
    }

    /// <summary>Replaces the numbers by those of the host, in row-major order.</summary>
    /// <param name="source">As many as the tensor has elements.</param>
    /// <exception cref="ArgumentException">The source has another length.</exception>
    public void CopyFrom(ReadOnlySpan<float> source)
    {
        CheckLength(nameof(CopyFrom), source.Length);
        Memory.CopyFrom(source, Offset);
    }

    /// <summary>Replaces the numbers by those of another tensor, which may live on another device.</summary>
    /// <param name="source">A tensor of the same shape.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public void CopyFrom(Tensor source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Shape != Shape)
        {
            throw new ShapeException($"CopyFrom: the source has shape {source.Shape} and this tensor {Shape}; they must be the same.{(source.ElementCount == ElementCount ? " Reshape one of them." : string.Empty)}");
        }

        if (Device.SharesMemoryWith(source.Device))
        {
            CountWrite();
            Device.Copy(source, this);
        }
        else if (source.Memory is CpuMemory<float>)
        {
            CopyFrom(source.Numbers);
            GC.KeepAlive(source);
        }
        else
        {
            CopyFrom(source.ToArray());
        }
    }

    /// <summary>A copy with memory of its own, on the same device.</summary>
    public Tensor Clone()
    {
        Tensor copy = Empty(Shape, Device);
        copy.CopyFrom(this);
        return copy;
    }

    /// <summary>This tensor on a device: itself if it is there already, otherwise a copy.</summary>
    public Tensor To(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device == Device)
        {
            return this;
        }

        Tensor copy = Empty(Shape, device);
        copy.CopyFrom(this);
        return copy;
    }

    internal void CountWrite() => Memory.CountWrite();

    private CpuMemory<float> HostMemory(string operation) =>
        Memory as CpuMemory<float>
        ?? throw new DeviceException($"{operation}: the tensor lives on {Device}, whose memory the processor cannot see. Use ToArray, CopyTo or To(Device.Cpu).");

    // The shape that the axes make once the one given as -1 holds what the others leave over.
    private Shape WorkOut(ReadOnlySpan<int> axes, int unknown)
    {
        string given = $"[{string.Join(", ", axes.ToArray())}]";
        if (axes[(unknown + 1)..].Contains(-1))
        {
            throw new ShapeException($"Reshape: {given} has -1 more than once; only one axis can be worked out.");
        }

        int[] lengths = axes.ToArray();
        lengths[unknown] = 1;
        Shape known = lengths;
        long count = known.ElementCount;
        if (count == 0 || ElementCount % count != 0 || ElementCount / count > int.MaxValue)
        {
            throw new ShapeException(
                $"Reshape: the tensor has shape {Shape} with {ElementCount} elements; the axis given as -1 in {given} cannot be worked out, since the others hold {count}.");
        }

        return known.With(unknown, (int)(ElementCount / count));
    }

    private long Position(ReadOnlySpan<int> indices)
    {
        CheckIndexCount(indices.Length);
        long position = 0;
        for (int axis = 0; axis < indices.Length; axis++)
        {
            int index = indices[axis];
            if ((uint)index >= (uint)Shape[axis])
            {
                throw new ArgumentOutOfRangeException(
                    nameof(indices), index, $"Indexer: axis {axis} of a tensor of shape {Shape} has length {Shape[axis]}; its indices run from 0.");
            }

            position = (position * Shape[axis]) + index;
        }

        return position;
    }

    private void CheckIndexCount(int count)
    {
        if (count != Rank)
        {
            string remedy = count == 1 && Rank > 1 ? " Row(i) is a row, and so is tensor[i, ..]." : string.Empty;
            throw new ArgumentException($"Indexer: {count} indices were given; the tensor of shape {Shape} takes {Rank}, one per axis.{remedy}");
        }
    }

    private void CheckLength(string operation, int length)
    {
        if (length != ElementCount)
        {
            throw new ArgumentException($"{operation}: the span has {length} elements and the tensor of shape {Shape} has {ElementCount}; they must be equal.");
        }
    }
}
