using System.Runtime.CompilerServices;

namespace Quern.Kernels.Cpu.MatMulKernels;

/// <summary>Where a micro-kernel finds the left operand. Constant strides become part of the instructions.</summary>
internal interface ILeftLayout
{
    /// <summary>Floats from one row to the next.</summary>
    static abstract nint Row(nint stride);

    /// <summary>Floats from one step to the next.</summary>
    static abstract nint Step(nint stride, int rows);

    /// <summary>Floats from one tile to the next.</summary>
    static abstract nint Tile(nint stride, int rows, int steps);
}

/// <summary>Where a micro-kernel finds the right operand; its columns are contiguous.</summary>
internal interface IRightLayout
{
    /// <summary>Floats from one step to the next.</summary>
    static abstract nint Step(nint stride, int columns);
}

/// <summary>Packed panels: a step's values side by side, the steps in order.</summary>
internal readonly struct Packed : ILeftLayout, IRightLayout
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Row(nint stride) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Step(nint stride, int lines) => lines;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Tile(nint stride, int rows, int steps) => (nint)rows * steps;
}

/// <summary>An operand as it is, a step's values side by side.</summary>
internal readonly struct StepMajor : ILeftLayout, IRightLayout
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Row(nint stride) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Step(nint stride, int lines) => stride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Tile(nint stride, int rows, int steps) => rows;
}

/// <summary>An operand as it is, a row's values side by side.</summary>
internal readonly struct RowMajor : ILeftLayout
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Row(nint stride) => stride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Step(nint stride, int rows) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Tile(nint stride, int rows, int steps) => rows * stride;
}
