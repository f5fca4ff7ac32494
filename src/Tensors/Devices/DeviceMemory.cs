namespace Quern.Tensors;

/// <summary>
/// A run of numbers or bytes in the memory of a device: what a tensor keeps its elements in, and what a dataset keeps its
/// images in. It is given back when nothing refers to it any more; nobody has to dispose it.
/// </summary>
/// <typeparam name="T">The element, for instance <see cref="float"/> or <see cref="byte"/>.</typeparam>
public abstract class DeviceMemory<T>
    where T : unmanaged
{
    private protected DeviceMemory(Device device, long length)
    {
        Device = device;
        Length = length;
    }

    /// <summary>The device whose memory this is.</summary>
    public Device Device { get; }

    /// <summary>The number of elements.</summary>
    public long Length { get; }

    // How often this memory was written. Tensors that share it share the count, by which layers see that what they kept was changed.
    internal int Version { get; private set; }

    /// <summary>Copies from the host into this memory.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="offset">Where in this memory the first goes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The elements do not fit behind <paramref name="offset"/>.</exception>
    public void CopyFrom(ReadOnlySpan<T> source, long offset = 0)
    {
        CheckRange(offset, source.Length);
        CountWrite();
        CopyFromCore(source, offset);
    }

    /// <summary>Copies from this memory to the host, after the work that is queued on the device.</summary>
    /// <param name="destination">Receives the elements; its length says how many.</param>
    /// <param name="offset">Where in this memory the first lies.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer elements behind <paramref name="offset"/>.</exception>
    public void CopyTo(Span<T> destination, long offset = 0)
    {
        CheckRange(offset, destination.Length);
        CopyToCore(destination, offset);
    }

    internal void CountWrite() => Version++;

    // Gives the memory back at once, for a result that nothing refers to any more and that is not read or written again.
    internal virtual void Release()
    {
    }

    private protected abstract void CopyFromCore(ReadOnlySpan<T> source, long offset);

    private protected abstract void CopyToCore(Span<T> destination, long offset);

    private void CheckRange(long offset, int count)
    {
        if (offset < 0 || offset > Length - count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset), offset, $"DeviceMemory: {count} elements from {offset} do not lie within the {Length} that there are.");
        }
    }
}
