using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Quern.Kernels;

/// <summary>One argument of a kernel, in the form that every driver takes.</summary>
public readonly struct KernelArgument
{
    private readonly Words _words;

    // A view's memory, or the bytes of a value that are more than _words holds.
    private readonly object? _reference;

    private KernelArgument(KernelArgumentKind kind, long bits)
    {
        Kind = kind;
        _words[0] = bits;
    }

    private KernelArgument(Words words, byte[]? bytes, int size)
    {
        Kind = KernelArgumentKind.Value;
        _words = words;
        _reference = bytes;
        ElementSize = size;
    }

    private KernelArgument(GpuBuffer buffer, long offset, long length, int elementSize)
    {
        Kind = KernelArgumentKind.View;
        _reference = buffer;
        Offset = offset;
        _words[0] = length;
        ElementSize = elementSize;
    }

    /// <summary>What the argument holds.</summary>
    public KernelArgumentKind Kind { get; }

    /// <summary>A view's memory; null for numbers, and for the view that <c>default</c> makes.</summary>
    public GpuBuffer? Buffer => _reference as GpuBuffer;

    /// <summary>A view's first element, counted in elements.</summary>
    public long Offset { get; }

    /// <summary>A view's number of elements.</summary>
    public long Length => _words[0];

    /// <summary>The size in bytes of a view's element, or of a value.</summary>
    public int ElementSize { get; }

    /// <summary>The number, where <see cref="Kind"/> is <see cref="KernelArgumentKind.Int32"/>.</summary>
    public int Int32 => (int)_words[0];

    /// <summary>The number, where <see cref="Kind"/> is <see cref="KernelArgumentKind.UInt32"/>.</summary>
    public uint UInt32 => (uint)_words[0];

    /// <summary>The number, where <see cref="Kind"/> is <see cref="KernelArgumentKind.Int64"/>.</summary>
    public long Int64 => _words[0];

    /// <summary>The number, where <see cref="Kind"/> is <see cref="KernelArgumentKind.Single"/>.</summary>
    public float Single => BitConverter.Int32BitsToSingle((int)_words[0]);

    /// <summary>Makes an argument of a view.</summary>
    /// <param name="view">The view.</param>
    public static KernelArgument From<T>(GpuView<T> view)
        where T : unmanaged
        => new(view.Buffer, view.Offset, view.Length, Unsafe.SizeOf<T>());

    /// <summary>Makes an argument of any other number, a bool, an enum or a struct. More than 32 bytes are copied to an array.</summary>
    /// <param name="value">The value.</param>
    public static KernelArgument FromValue<T>(T value)
        where T : unmanaged
    {
        Words words = default;
        if (Unsafe.SizeOf<T>() <= Unsafe.SizeOf<Words>())
        {
            MemoryMarshal.Write(MemoryMarshal.AsBytes((Span<long>)words), in value);
            return new(words, null, Unsafe.SizeOf<T>());
        }

        byte[] bytes = new byte[Unsafe.SizeOf<T>()];
        MemoryMarshal.Write(bytes, in value);
        return new(words, bytes, bytes.Length);
    }

    /// <summary>Copies the bytes of a value, where <see cref="Kind"/> is <see cref="KernelArgumentKind.Value"/>.</summary>
    /// <param name="destination">Where they go: <see cref="ElementSize"/> bytes.</param>
    /// <exception cref="ArgumentException">The destination has another size, or the argument is no value.</exception>
    public void CopyValueTo(Span<byte> destination)
    {
        if (Kind != KernelArgumentKind.Value || destination.Length != ElementSize)
        {
            throw new ArgumentException(
                $"CopyValueTo: the argument is a {Kind} of {ElementSize} bytes; a Value of {destination.Length} bytes was asked for.", nameof(destination));
        }

        ReadOnlySpan<byte> bytes = _reference is byte[] array ? array : MemoryMarshal.AsBytes((ReadOnlySpan<long>)_words)[..ElementSize];
        bytes.CopyTo(destination);
    }

    /// <summary>Makes an argument of a number.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator KernelArgument(int value) => new(KernelArgumentKind.Int32, value);

    /// <inheritdoc cref="op_Implicit(int)"/>
    public static implicit operator KernelArgument(uint value) => new(KernelArgumentKind.UInt32, value);

    /// <inheritdoc cref="op_Implicit(int)"/>
    public static implicit operator KernelArgument(long value) => new(KernelArgumentKind.Int64, value);

    /// <inheritdoc cref="op_Implicit(int)"/>
    public static implicit operator KernelArgument(float value)
        => new(KernelArgumentKind.Single, BitConverter.SingleToInt32Bits(value));

    [InlineArray(4)]
    private struct Words
    {
        private long _first;
    }
}
