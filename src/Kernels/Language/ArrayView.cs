namespace Quern.Kernels.Language;

/// <summary>A row of elements in device memory, seen from inside a kernel. Nothing checks an index.</summary>
/// <typeparam name="T">The element type.</typeparam>
public readonly struct ArrayView<T>
    where T : unmanaged
{
    /// <summary>The number of elements; known for a kernel's parameters.</summary>
    public long Length => throw DeviceOnly.Error("ArrayView.Length");

    /// <summary>The number of elements, where it is below 2^31; known for a kernel's parameters.</summary>
    public int IntLength => throw DeviceOnly.Error("ArrayView.IntLength");

    /// <summary>An element.</summary>
    /// <param name="index">Its place, from 0.</param>
    public ref T this[int index] => throw DeviceOnly.Error("ArrayView's indexer");

    /// <inheritdoc cref="this[int]"/>
    public ref T this[long index] => throw DeviceOnly.Error("ArrayView's indexer");

    /// <summary>The part that starts at <paramref name="index"/>.</summary>
    /// <param name="index">The part's first element.</param>
    public ArrayView<T> SubView(long index) => throw DeviceOnly.Error("ArrayView.SubView");

    /// <summary>The part that starts at <paramref name="index"/> and has <paramref name="length"/> elements.</summary>
    /// <param name="index">The part's first element.</param>
    /// <param name="length">The part's number of elements.</param>
    public ArrayView<T> SubView(long index, long length) => throw DeviceOnly.Error("ArrayView.SubView");

    /// <summary>
    /// The same view, known to start at a multiple of so many bytes: what <see cref="Cast{TOther}"/> to <see cref="Float4"/> needs to know to read 16
    /// bytes at once. Nothing checks it.
    /// </summary>
    /// <param name="alignmentInBytes">The bytes: a power of two, such as 16.</param>
    public ArrayView<T> AsAligned(int alignmentInBytes) => throw DeviceOnly.Error("ArrayView.AsAligned");

    /// <summary>
    /// The same memory as elements of another type. The view must start at a multiple of that type's size
    /// (16 bytes for <see cref="Float4"/>).
    /// </summary>
    /// <typeparam name="TOther">The other type.</typeparam>
    public ArrayView<TOther> Cast<TOther>()
        where TOther : unmanaged
        => throw DeviceOnly.Error("ArrayView.Cast");
}
