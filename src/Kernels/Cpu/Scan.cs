using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;

namespace Quern.Kernels.Cpu;

/// <summary>A running total, in double precision.</summary>
internal interface IScan
{
    /// <summary>The total of nothing.</summary>
    static abstract double Start { get; }

    /// <summary>The total with one more element.</summary>
    static abstract double Next(double total, float element);
}

/// <summary>The running sum.</summary>
internal readonly struct SumScan : IScan
{
    public static double Start => 0;

    public static double Next(double total, float element) => total + element;
}

/// <summary>The running product.</summary>
internal readonly struct ProductScan : IScan
{
    public static double Start => 1;

    public static double Next(double total, float element) => total * element;
}

/// <summary>The totals of all elements up to each one along an axis.</summary>
internal static unsafe class Scan
{
    // The columns whose totals a piece has under way at most.
    private const int MostColumns = 64;

    /// <summary>result[o, j, i] = the total of x[o, 0, i] to x[o, j, i], rounded once.</summary>
    /// <typeparam name="TScan">What is totalled.</typeparam>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand, [outer, axis, inner].</param>
    /// <param name="outer">The product of the sizes before the axis.</param>
    /// <param name="axis">The size of the axis.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="result">The result, of the operand's sizes; it may be the operand itself.</param>
    public static void Run<TScan>(WorkerPool pool, ReadOnlySpan<float> x, int outer, int axis, int inner, Span<float> result)
        where TScan : struct, IScan
    {
        if (x.IsEmpty)
        {
            return;
        }

        int columns = Math.Min(inner, MostColumns);
        int strips = Division.RoundUp(inner, columns);
        fixed (float* from = x, to = result)
        {
            pool.Run(
                RowPieces.Count(outer * strips, axis * columns), new Job<TScan>(from, outer * strips, axis, inner, columns, strips, to));
        }
    }

    private readonly struct Job<TScan>(float* x, int allStrips, int axis, int inner, int columns, int strips, float* result) : IParallelJob
        where TScan : struct, IScan
    {
        [SkipLocalsInit]
        [MethodImpl(Jit.Loop)]
        public void Run(int piece)
        {
            double* totals = stackalloc double[MostColumns];
            int last = RowPieces.End(piece, allStrips, axis * columns);
            for (int strip = RowPieces.Start(piece, axis * columns); strip < last; strip++)
            {
                (int o, int column) = Math.DivRem(strip, strips);
                nint start = ((nint)o * axis * inner) + (column * columns);
                if (inner == 1)
                {
                    // An addition waits for the one before: four rows take no longer than one.
                    if (last - strip >= 4)
                    {
                        FourRows(x + start, result + start);
                        strip += 3;
                    }
                    else
                    {
                        Row(x + start, result + start);
                    }

                    continue;
                }

                int count = Math.Min(columns, inner - (column * columns));
                new Span<double>(totals, count).Fill(TScan.Start);
                for (int j = 0; j < axis; j++, start += inner)
                {
                    for (int i = 0; i < count; i++)
                    {
                        totals[i] = TScan.Next(totals[i], x[start + i]);
                        result[start + i] = (float)totals[i];
                    }
                }
            }
        }

        [MethodImpl(Jit.Loop)]
        private void FourRows(float* from, float* to)
        {
            double total = TScan.Start, total1 = total, total2 = total, total3 = total;
            for (nint j = 0; j < axis; j++)
            {
                nint j1 = j + axis, j2 = j1 + axis, j3 = j2 + axis;
                total = TScan.Next(total, from[j]);
                total1 = TScan.Next(total1, from[j1]);
                total2 = TScan.Next(total2, from[j2]);
                total3 = TScan.Next(total3, from[j3]);
                to[j] = (float)total;
                to[j1] = (float)total1;
                to[j2] = (float)total2;
                to[j3] = (float)total3;
            }
        }

        [MethodImpl(Jit.Loop)]
        private void Row(float* from, float* to)
        {
            double total = TScan.Start;
            for (int j = 0; j < axis; j++)
            {
                total = TScan.Next(total, from[j]);
                to[j] = (float)total;
            }
        }
    }
}
