using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.ElementWise;

/// <summary>An operand of a broadcast: its memory, and how it is walked along each axis of the result.</summary>
internal unsafe struct BroadcastOperand(float* memory)
{
    /// <summary>Floats from one element to the next along each axis; 0 repeats.</summary>
    public fixed int Strides[BroadcastAxes.Most];

    /// <summary>The stride along a row.</summary>
    public readonly int RowStride(in BroadcastAxes axes) => Strides[axes.Count - 1];

    /// <summary>Where a row begins.</summary>
    public readonly float* Row(in BroadcastAxes axes, int row)
    {
        nint offset = 0;
        for (int axis = axes.Count - 2; axis >= 0; axis--)
        {
            (row, int index) = Math.DivRem(row, axes.Sizes[axis]);
            offset += (nint)index * Strides[axis];
        }

        return memory + offset;
    }

    /// <summary>Whether the operand lies as the result does.</summary>
    public readonly bool IsContiguous(in BroadcastAxes axes)
    {
        long expected = 1;
        for (int axis = axes.Count - 1; axis >= 0; axis--)
        {
            if (Strides[axis] != expected)
            {
                return false;
            }

            expected *= axes.Sizes[axis];
        }

        return true;
    }

    /// <summary>Whether every row is the same.</summary>
    public readonly bool RepeatsRow(in BroadcastAxes axes)
    {
        for (int axis = axes.Count - 2; axis >= 0; axis--)
        {
            if (Strides[axis] != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes rows side by side; up to a vector is written behind the last.</summary>
    public readonly void WriteOut<S, V>(in BroadcastAxes axes, int row, int rows, float* to)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        int above = axes.Count - 2;
        while (rows > 0)
        {
            // Rows that lie evenly apart: those of the axis above.
            int count = Math.Min(rows, axes.Sizes[above] - (row % axes.Sizes[above]));
            if (RowStride(axes) == 0)
            {
                Repeat<S, V>(Row(axes, row), Strides[above], count, axes.RowLength, to);
            }
            else
            {
                Copy(Row(axes, row), Strides[above], count, axes.RowLength, to);
            }

            row += count;
            rows -= count;
            to += (nint)count * axes.RowLength;
        }
    }

    [MethodImpl(Jit.Loop)]
    private static void Repeat<S, V>(float* from, nint stride, int rows, int rowLength, float* to)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        // A wider vector than the row would be written over the next row, and every other one across two cache lines.
        if (S.Count > Simd256.Count && rowLength <= Simd256.Count)
        {
            Repeat<Simd256, Vector256<float>>(from, stride, rows, rowLength, to);
            return;
        }

        for (; rows > 0; rows--, from += stride, to += rowLength)
        {
            V value = S.Broadcast(*from);
            S.Store(value, to);
            for (int i = S.Count; i < rowLength; i += S.Count)
            {
                S.Store(value, to + i);
            }
        }
    }

    [MethodImpl(Jit.Loop)]
    private static void Copy(float* from, nint stride, int rows, int rowLength, float* to)
    {
        for (; rows > 0; rows--, from += stride, to += rowLength)
        {
            for (int i = 0; i < rowLength; i++)
            {
                to[i] = from[i];
            }
        }
    }
}
