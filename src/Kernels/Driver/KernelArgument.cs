using System.Runtime.CompilerServices;

namespace Quern.Kernels;

/// <summary>One argument of a kernel, in the form that every driver takes.</summary>
public readonly struct KernelArgument
{
    private readonly long _bits;

    private KernelArgument(KernelArgumentKind kind, long bits)
    {
        Kind = kind;
        _bits = bits;
    }

    private KernelArgument(GpuBuffer buffer, long offset, long length, int elementSize)
    {
        Kind = KernelArgumentKind.View;
        Buffer = buffer;
        Offset = offset;
        _bits = length;
        ElementSize = elementSize;
    }

    /// <summary>What the argument holds.</summary>
    public KernelArgumentKind Kind { get; }

    /// <summary>A view's memory; null for numbers, and for the view that <c>default</c> makes.</summary>
    public GpuBuffer? Buffer { get; }

    /// <summary>A view's first element, counted in elements.</summary>
    public long Offset { get; }

    /// <summary>A view's number of elements.</summary>
    public long Length => _bits;

    /// <summary>The size in bytes of a view's element.</summary>
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
