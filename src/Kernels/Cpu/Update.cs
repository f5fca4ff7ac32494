using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu;

/// <summary>Steps of optimizers.</summary>
public static unsafe class Update
{
    /// <summary>One step of every parameter at once.</summary>
    /// <typeparam name="TUpdate">The optimizer: <see cref="AdamOperator"/>, <see cref="SgdOperator"/>, or one of your own.</typeparam>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="segments">The parameters with their gradients and what is kept for them.</param>
    /// <param name="coefficients">The formula's coefficients: at most <see cref="IUpdateOperator.MaxCoefficients"/>.</param>
    /// <exception cref="ArgumentException">There are more coefficients.</exception>
    public static void Run<TUpdate>(WorkerPool pool, ReadOnlySpan<UpdateSegment> segments, params ReadOnlySpan<float> coefficients)
        where TUpdate : struct, IUpdateOperator
    {
        if (coefficients.Length > IUpdateOperator.MaxCoefficients)
        {
            throw new ArgumentException(
                $"{typeof(TUpdate).Name}: {coefficients.Length} coefficients were given; a formula takes at most {IUpdateOperator.MaxCoefficients}.");
        }

        int pieces = 0;
        foreach (UpdateSegment segment in segments)
        {
            pieces = checked(pieces + PieceCount(segment.Count));
        }

        float* all = stackalloc float[IUpdateOperator.MaxCoefficients];
        coefficients.CopyTo(new Span<float>(all, IUpdateOperator.MaxCoefficients));
        fixed (UpdateSegment* pointer = segments)
        {
            SimdDispatch.Run(pool, pieces, new Job<TUpdate>(pointer, all));
        }
    }

    // A piece never spans two segments.
    private static int PieceCount(long length) => checked((int)Division.RoundUp(length, Pieces.Length));

    private readonly struct Job<TUpdate>(UpdateSegment* segments, float* coefficients) : ISimdJob
        where TUpdate : struct, IUpdateOperator
    {
        [MethodImpl(Jit.Loop)]
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            UpdateSegment* segment = segments;
            for (; piece >= PieceCount(segment->Count); segment++)
            {
                piece -= PieceCount(segment->Count);
            }

            long start = (long)piece * Pieces.Length;
            int count = (int)Math.Min(Pieces.Length, segment->Count - start);
            float* parameters = segment->Parameter + start;
            float* gradients = segment->Gradient + start;
            float* states0 = segment->State0 + start;
            float* states1 = segment->State1 + start;
            // In registers: as far as the compiler knows, a parameter that is written could change a coefficient.
            V c0 = S.Broadcast(coefficients[0]), c1 = S.Broadcast(coefficients[1]), c2 = S.Broadcast(coefficients[2]), c3 = S.Broadcast(coefficients[3]);
            V c4 = S.Broadcast(coefficients[4]), c5 = S.Broadcast(coefficients[5]), c6 = S.Broadcast(coefficients[6]), c7 = S.Broadcast(coefficients[7]);
            V zero = S.Broadcast(0);
            int i = 0;
            for (; i <= count - S.Count; i += S.Count)
            {
                V parameter = S.Load(parameters + i);
                V state0 = TUpdate.StateCount > 0 ? S.Load(states0 + i) : zero;
                V state1 = TUpdate.StateCount > 1 ? S.Load(states1 + i) : zero;
                TUpdate.Invoke<S, V>(ref parameter, S.Load(gradients + i), ref state0, ref state1, c0, c1, c2, c3, c4, c5, c6, c7);
                S.Store(parameter, parameters + i);
                if (TUpdate.StateCount > 0)
                {
                    S.Store(state0, states0 + i);
                }

                if (TUpdate.StateCount > 1)
                {
                    S.Store(state1, states1 + i);
                }
            }

            int rest = count - i;
            if (rest > 0)
            {
                V parameter = S.LoadPart(parameters + i, rest, zero);
                V state0 = TUpdate.StateCount > 0 ? S.LoadPart(states0 + i, rest, zero) : zero;
                V state1 = TUpdate.StateCount > 1 ? S.LoadPart(states1 + i, rest, zero) : zero;
                V gradient = S.LoadPart(gradients + i, rest, zero);
                TUpdate.Invoke<S, V>(ref parameter, gradient, ref state0, ref state1, c0, c1, c2, c3, c4, c5, c6, c7);
                S.StorePart(parameter, parameters + i, rest);
                if (TUpdate.StateCount > 0)
                {
                    S.StorePart(state0, states0 + i, rest);
                }

                if (TUpdate.StateCount > 1)
                {
                    S.StorePart(state1, states1 + i, rest);
                }
            }
        }
    }
}
