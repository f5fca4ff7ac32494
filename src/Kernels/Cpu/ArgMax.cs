using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Reductions;

namespace Quern.Kernels.Cpu;

/// <summary>Where the largest along an axis is.</summary>
public static unsafe class ArgMax
{
    /// <summary>Beyond this a float does not hold every integer.</summary>
    internal const int LongestAxis = 1 << 24;

    /// <summary>result[i, k] = the first j for which x[i, j, k] is the largest; NaN counts as larger than any number.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand, [outer, axis, inner], row-major.</param>
    /// <param name="outer">The product of the sizes before the axis.</param>
    /// <param name="axis">The size of the axis: from 1 to 2²⁴, so that a float holds every place.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="result">The result, [outer, inner], whole numbers; it must not overlap x.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the sizes, the axis is empty or too long, or the two overlap.</exception>
    public static void Run(WorkerPool pool, ReadOnlySpan<float> x, int outer, int axis, int inner, Span<float> result)
    {
        ReductionCheck.Lengths("ArgMax.Run", x, outer, axis, inner, result);
        if (result.Length == 0)
        {
            return;
        }

        if (axis == 0)
        {
            throw new ArgumentException("ArgMax.Run: the axis has no elements, and there is no place of the largest of none.");
        }

        if (axis > LongestAxis)
        {
            throw new ArgumentException($"ArgMax.Run: the axis has {axis} elements; at most {LongestAxis} can be numbered in floats.");
        }

        int rows = (int)Math.Max(1, Pieces.Length / ((long)axis * inner));
        fixed (float* from = x, to = result)
        {
            pool.Run(Division.RoundUp(outer, rows), new Job(from, outer, axis, inner, rows, to));
        }
    }

    private readonly struct Job(float* x, int outer, int axis, int inner, int rows, float* result) : IParallelJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run(int piece)
        {
            int end = Math.Min(outer, (piece + 1) * rows);
            for (int row = piece * rows; row < end; row++)
            {
                for (int column = 0; column < inner; column++)
                {
                    float* from = x + ((nint)row * axis * inner) + column;
                    float largest = *from;
                    int place = 0;
                    for (int i = 1; i < axis && !float.IsNaN(largest); i++)
                    {
                        float value = from[(nint)i * inner];
                        if (!(value <= largest))
                        {
                            (largest, place) = (value, i);
                        }
                    }

                    result[((nint)row * inner) + column] = place;
                }
            }
        }
    }
}
