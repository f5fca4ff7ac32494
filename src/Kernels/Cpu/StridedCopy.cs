using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;

namespace Quern.Kernels.Cpu;

/// <summary>Copies elements from any regular places to any others: what permutes, slices, repeats, flips and joins.</summary>
internal static unsafe class StridedCopy
{
    // A square of this side is read along its columns and written along its rows while its cache lines stay near.
    private const int Side = 16;

    /// <summary>result[second place] = source[first place], for every place of the walk.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="source">What is read; the walk stays within it.</param>
    /// <param name="result">What is written, each element at most once; it must not overlap the source.</param>
    /// <param name="walk">The places: first those that are read, second those that are written.</param>
    public static void Run(WorkerPool pool, ReadOnlySpan<float> source, Span<float> result, in PairWalk walk)
    {
        if (walk.Count == 0)
        {
            return;
        }

        fixed (float* from = source, to = result)
        {
            if (TransposedAxis(walk) is var other and >= 0)
            {
                int strips = Division.RoundUp(walk.Sizes[other], Side);
                int planes = walk.Count / walk.Sizes[other] / walk.Sizes[^1];
                pool.Run(planes * strips, new SquareJob(from + walk.FirstOffset, to + walk.SecondOffset, walk, other, strips));
            }
            else
            {
                pool.Run(Pieces.Count(walk.Count), new RowJob(from + walk.FirstOffset, to + walk.SecondOffset, walk));
            }
        }
    }

    // The axis along which neighbours are read, where that is not the innermost, along which they are written.
    private static int TransposedAxis(in PairWalk walk)
    {
        if (walk.AxisCount >= 2 && walk.SecondStrides[^1] == 1 && Math.Abs(walk.FirstStrides[^1]) >= Side)
        {
            int axis = walk.FirstStrides.IndexOf(1);
            return axis >= 0 && walk.Sizes[axis] >= Side && walk.Sizes[^1] >= Side ? axis : -1;
        }

        return -1;
    }

    // A piece is a stretch of the walk, in its own order.
    private readonly struct RowJob(float* source, float* result, PairWalk walk) : IParallelJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run(int piece)
        {
            PairWalk places = walk;
            int left = Pieces.LengthOf(piece, places.Count);
            int inner = places.AxisCount - 1;
            if (inner < 0)
            {
                *result = *source;
                return;
            }

            Span<int> index = stackalloc int[PairWalk.MaxAxes];
            nint from = 0;
            nint to = 0;
            for (int axis = inner, rest = piece * Pieces.Length; axis >= 0; axis--)
            {
                (rest, index[axis]) = Math.DivRem(rest, places.Sizes[axis]);
                from += (nint)index[axis] * places.FirstStrides[axis];
                to += (nint)index[axis] * places.SecondStrides[axis];
            }

            int fromStride = places.FirstStrides[inner];
            int toStride = places.SecondStrides[inner];
            while (true)
            {
                int count = Math.Min(left, places.Sizes[inner] - index[inner]);
                CopyRow(source + from, fromStride, result + to, toStride, count);
                left -= count;
                if (left == 0)
                {
                    return;
                }

                // On to the next row, whose first element is where the innermost axis begins.
                from -= (nint)index[inner] * fromStride;
                to -= (nint)index[inner] * toStride;
                index[inner] = 0;
                for (int axis = inner - 1; ; axis--)
                {
                    from += places.FirstStrides[axis];
                    to += places.SecondStrides[axis];
                    if (++index[axis] < places.Sizes[axis])
                    {
                        break;
                    }

                    from -= (nint)index[axis] * places.FirstStrides[axis];
                    to -= (nint)index[axis] * places.SecondStrides[axis];
                    index[axis] = 0;
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void CopyRow(float* from, nint fromStride, float* to, nint toStride, int count)
        {
            if (fromStride == 1 && toStride == 1)
            {
                new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));
            }
            else if (fromStride == 0 && toStride == 1)
            {
                new Span<float>(to, count).Fill(*from);
            }
            else
            {
                for (int i = 0; i < count; i++, from += fromStride, to += toStride)
                {
                    *to = *from;
                }
            }
        }
    }

    // A piece is a strip of the plane of the innermost axis and the one that is read along, at one place of all other axes.
    private readonly struct SquareJob(float* source, float* result, PairWalk walk, int other, int strips) : IParallelJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run(int piece)
        {
            PairWalk places = walk;
            int inner = places.AxisCount - 1;
            (int plane, int strip) = Math.DivRem(piece, strips);
            nint from = 0;
            nint to = 0;
            for (int axis = inner - 1; axis >= 0; axis--)
            {
                if (axis != other)
                {
                    (plane, int index) = Math.DivRem(plane, places.Sizes[axis]);
                    from += (nint)index * places.FirstStrides[axis];
                    to += (nint)index * places.SecondStrides[axis];
                }
            }

            int start = strip * Side;
            int end = Math.Min(start + Side, places.Sizes[other]);
            nint fromStride = places.FirstStrides[inner];
            nint toStride = places.SecondStrides[other];
            int length = places.Sizes[inner];
            for (int left = 0; left < length; left += Side)
            {
                int right = Math.Min(left + Side, length);
                for (int row = start; row < end; row++)
                {
                    float* read = source + from + row + (left * fromStride);
                    float* write = result + to + (row * toStride);
                    for (int i = left; i < right; i++, read += fromStride)
                    {
                        write[i] = *read;
                    }
                }
            }
        }
    }
}
