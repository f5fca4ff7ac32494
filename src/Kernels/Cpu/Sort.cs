using System.Buffers;
using Quern.Kernels.Cpu.ElementWise;

namespace Quern.Kernels.Cpu;

/// <summary>The elements along an axis in order.</summary>
internal static unsafe class Sort
{
    // From here on sorting by the bytes of the keys is faster than by comparing them.
    private const int LongAxis = 512;

    /// <summary>
    /// values[o, :, i] = x[o, :, i] in order, and places where its elements come from. NaN is greater than any number; all NaN are equal, and so are
    /// both zeros; equal elements keep their order.
    /// </summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand, [outer, axis, inner].</param>
    /// <param name="outer">The product of the sizes before the axis.</param>
    /// <param name="axis">The size of the axis.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="descending">The greatest first.</param>
    /// <param name="values">The elements, of the operand's sizes; empty if they are not wanted.</param>
    /// <param name="places">Their places along the axis, of the operand's sizes; empty if they are not wanted.</param>
    public static void Run(
        WorkerPool pool, ReadOnlySpan<float> x, int outer, int axis, int inner, bool descending, Span<float> values, Span<float> places)
    {
        if (x.IsEmpty)
        {
            return;
        }

        int columns = outer * inner;
        int columnsPerPiece = Math.Max(1, Pieces.Length / 8 / axis);
        fixed (float* from = x, sorted = values, origins = places)
        {
            pool.Run(
                Division.RoundUp(columns, columnsPerPiece),
                new Job(from, columns, columnsPerPiece, axis, inner, descending ? uint.MaxValue : 0, sorted, origins));
        }
    }

    // A number that grows with the element.
    private static uint Order(float element)
    {
        uint bits = BitConverter.SingleToUInt32Bits(element == 0 ? 0 : element);
        uint order = (bits & 0x80000000) == 0 ? bits | 0x80000000 : ~bits;
        return float.IsNaN(element) ? uint.MaxValue : order;
    }

    // By one byte of the order after the other, from the lowest on; each time equal ones stay as they are.
    private static Span<ulong> ByBytes(Span<ulong> keys, Span<ulong> other)
    {
        Span<int> ends = stackalloc int[256];
        for (int shift = 32; shift < 64; shift += 8)
        {
            ends.Clear();
            foreach (ulong key in keys)
            {
                ends[(byte)(key >> shift)]++;
            }

            if (ends[(byte)(keys[0] >> shift)] == keys.Length)
            {
                continue;
            }

            int start = 0;
            for (int digit = 0; digit < ends.Length; digit++)
            {
                (ends[digit], start) = (start, start + ends[digit]);
            }

            foreach (ulong key in keys)
            {
                other[ends[(byte)(key >> shift)]++] = key;
            }

            Span<ulong> swapped = keys;
            keys = other;
            other = swapped;
        }

        return keys;
    }

    private readonly struct Job(
        float* x, int columns, int columnsPerPiece, int axis, int inner, uint flip, float* values, float* places) : IParallelJob
    {
        public void Run(int piece)
        {
            ulong[] rented = ArrayPool<ulong>.Shared.Rent(2 * axis);
            int first = piece * columnsPerPiece;
            int last = first + Math.Min(columnsPerPiece, columns - first);
            for (int column = first; column < last; column++)
            {
                Column(column, rented.AsSpan(0, axis), rented.AsSpan(axis, axis));
            }

            ArrayPool<ulong>.Shared.Return(rented);
        }

        private void Column(int column, Span<ulong> keys, Span<ulong> other)
        {
            (int outer, int i) = Math.DivRem(column, inner);
            nint start = ((nint)outer * axis * inner) + i;
            float* from = x + start;
            for (int j = 0; j < keys.Length; j++)
            {
                // With its place behind the order no key is there twice, so that any way to sort them keeps the order of equal elements.
                keys[j] = ((ulong)(Order(from[(nint)j * inner]) ^ flip) << 32) | (uint)j;
            }

            if (keys.Length < LongAxis)
            {
                keys.Sort();
            }
            else
            {
                keys = ByBytes(keys, other);
            }

            for (int j = 0; j < keys.Length; j++)
            {
                nint place = (nint)(uint)keys[j];
                if (values is not null)
                {
                    values[start + ((nint)j * inner)] = from[place * inner];
                }

                if (places is not null)
                {
                    places[start + ((nint)j * inner)] = place;
                }
            }
        }
    }
}
