using System.Buffers;
using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;

namespace Quern.Kernels.Cpu;

/// <summary>The elements along an axis in order.</summary>
internal static unsafe class Sort
{
    // From here on sorting by the bytes of the keys is faster than by comparing them.
    private const int LongAxis = 512;

    /// <summary>
    /// values[o, :, i] = the first ones of x[o, :, i] in order, and places where they come from. NaN is greater than any number; all NaN are equal, and
    /// so are both zeros; equal elements keep their order.
    /// </summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand, [outer, axis, inner].</param>
    /// <param name="outer">The product of the sizes before the axis.</param>
    /// <param name="axis">The size of the axis.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="descending">The greatest first.</param>
    /// <param name="count">How many of the first are wanted: at most the axis has.</param>
    /// <param name="values">The elements, [outer, count, inner]; empty if they are not wanted.</param>
    /// <param name="places">Their places along the axis, [outer, count, inner]; empty if they are not wanted.</param>
    public static void Run(
        WorkerPool pool, ReadOnlySpan<float> x, int outer, int axis, int inner, bool descending, int count, Span<float> values, Span<float> places)
    {
        if (x.IsEmpty || count == 0)
        {
            return;
        }

        int columns = outer * inner;
        int columnsPerPiece = Math.Max(1, Pieces.Length / 8 / axis);
        fixed (float* from = x, sorted = values, origins = places)
        {
            pool.Run(
                Division.RoundUp(columns, columnsPerPiece),
                new Job(from, columns, columnsPerPiece, axis, inner, descending ? uint.MaxValue : 0, count, sorted, origins));
        }
    }

    // A number that grows with the element. Adding 0 leaves but one zero.
    private static uint Order(float element)
    {
        uint bits = BitConverter.SingleToUInt32Bits(element + 0f);
        uint order = bits ^ ((uint)((int)bits >> 31) | 0x80000000);
        return float.IsNaN(element) ? uint.MaxValue : order;
    }

    // The keys that are least by their upper bits: as many as are wanted, and those that have the same upper bits as the last of them.
    [MethodImpl(Jit.Loop)]
    private static Span<ulong> Least(Span<ulong> keys, Span<ulong> other, int count)
    {
        const int Bits = 11;
        Span<int> counts = stackalloc int[1 << Bits];
        counts.Clear();
        foreach (ulong key in keys)
        {
            counts[(int)(key >> (64 - Bits))]++;
        }

        ulong bound = 0;
        for (int below = counts[0]; below < count; below += counts[(int)bound])
        {
            bound++;
        }

        int kept = 0;
        foreach (ulong key in keys)
        {
            other[kept] = key;
            kept += key >> (64 - Bits) <= bound ? 1 : 0;
        }

        return other[..kept];
    }

    // By one byte of the order after the other, from the lowest on; each time equal ones stay as they are.
    [MethodImpl(Jit.Loop)]
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
        float* x, int columns, int columnsPerPiece, int axis, int inner, uint flip, int count, float* values, float* places) : IParallelJob
    {
        public void Run(int piece)
        {
            ulong[] rented = ArrayPool<ulong>.Shared.Rent(checked(2 * axis));
            int first = piece * columnsPerPiece;
            int last = first + Math.Min(columnsPerPiece, columns - first);
            for (int column = first; column < last; column++)
            {
                Column(column, rented.AsSpan(0, axis), rented.AsSpan(axis, axis));
            }

            ArrayPool<ulong>.Shared.Return(rented);
        }

        [MethodImpl(Jit.Loop)]
        private void Column(int column, Span<ulong> keys, Span<ulong> other)
        {
            (int outer, int i) = Math.DivRem(column, inner);
            float* from = x + ((nint)outer * axis * inner) + i;
            for (int j = 0; j < keys.Length; j++)
            {
                // With its place behind the order no key is there twice, so that any way to sort them keeps the order of equal elements.
                keys[j] = ((ulong)(Order(from[(nint)j * inner]) ^ flip) << 32) | (uint)j;
            }

            if (keys.Length >= LongAxis && count <= keys.Length / 4)
            {
                Span<ulong> least = Least(keys, other, count);
                other = keys[..least.Length];
                keys = least;
            }

            if (keys.Length < LongAxis)
            {
                keys.Sort();
            }
            else
            {
                keys = ByBytes(keys, other);
            }

            nint to = ((nint)outer * count * inner) + i;
            for (int j = 0; j < count; j++, to += inner)
            {
                nint place = (nint)(uint)keys[j];
                if (values is not null)
                {
                    values[to] = from[place * inner];
                }

                if (places is not null)
                {
                    places[to] = place;
                }
            }
        }
    }
}
