using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Quern.Kernels;

/// <summary>One argument of a kernel, in the form that every driver takes.</summary>
public readonly struct KernelArgument
{
    private readonly long _bits;

    // A view's memory, or the bytes of a value that are more than _bits holds.
    private readonly object? _reference;

    private KernelArgument(KernelArgumentKind kind, long bits)
    {
        Kind = kind;
        _bits = bits;
    }

    private KernelArgument(long bits, byte[]? bytes, int size)
    {
        Kind = KernelArgumentKind.Value;
        _bits = bits;
        _reference = bytes;
        ElementSize = size;
    }

    private KernelArgument(GpuBuffer buffer, long offset, long length, int elementSize)
    {
        Kind = KernelArgumentKind.View;
        _reference = buffer;
        Offset = offset;
        _bits = length;
        ElementSize = elementSize;
    }

    /// <summary>What the argument holds.</summary>
    public KernelArgumentKind Kind { get; }

    /// <summary>A view's memory; null for numbers, and for the view that <c>default</c> makes.</summary>
    public GpuBuffer? Buffer => _reference as GpuBuffer;

    /// <summary>A view's first element, counted in elements.</summary>
    public long Offset { get; }

    /// <summary>A view's number of elements.</summary>
    public long Length => _bits;

    /// <summary>The size in bytes of a view's element, or of a value.</summary>
    public int ElementSize { get; }

    /// <summary>The number, where <see cref="Kind"/> is <see cref="KernelArgumentKind.Int32"/>.</summary>
    public int Int32 => (int)_bits;

    /// <summary>The number, where <see cref="Kind"/> is <see cref="KernelArgumentKind.UInt32"/>.</summary>
    public uint UInt32 => (uint)_bits;

    /// <summary>The number, where <see cref="Kind"/> is <see cref="KernelArgumentKind.Int64"/>.</summary>
    public long Int64 => _bits;

    /// <summary>The number, where <see cref="Kind"/> is <see cref="KernelArgumentKind.Single"/>.</summary>
    public float Single => BitConverter.Int32BitsToSingle((int)_bits);

    /// <summary>Makes an argument of a view.</summary>
    /// <param name="view">The view.</param>
    public static KernelArgument From<T>(GpuView<T> view)
        where T : unmanaged
        => new(view.Buffer, view.Offset, view.Length, Unsafe.SizeOf<T>());

    /// <summary>Makes an argument of any other number, a bool, an enum or a struct. More than eight bytes are copied to an array.</summary>
    /// <param name="value">The value.</param>
    public static KernelArgument FromValue<T>(T value)
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() <= sizeof(long))
        {
            long bits = 0;
            MemoryMarshal.Write(MemoryMarshal.AsBytes(new Span<long>(ref bits)), in value);
            return new(bits, null, Unsafe.SizeOf<T>());
        }

        byte[] bytes = new byte[Unsafe.SizeOf<T>()];
        MemoryMarshal.Write(bytes, in value);
        return new(0, bytes, bytes.Length);
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

        long bits = _bits;
        ReadOnlySpan<byte> bytes = _reference is byte[] array ? array : MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in bits))[..ElementSize];
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
}
