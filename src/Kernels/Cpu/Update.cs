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

        fixed (UpdateSegment* pointer = segments)
        {
            SimdDispatch.Run(pool, pieces, new Job<TUpdate>(pointer, coefficients));
        }
    }

    // A piece never spans two segments.
    private static int PieceCount(long length) => checked((int)Division.RoundUp(length, Pieces.Length));

    private struct Job<TUpdate> : ISimdJob
        where TUpdate : struct, IUpdateOperator
    {
        private readonly UpdateSegment* _segments;
        private fixed float _coefficients[IUpdateOperator.MaxCoefficients];

        public Job(UpdateSegment* segments, ReadOnlySpan<float> coefficients)
        {
            _segments = segments;
            for (int i = 0; i < coefficients.Length; i++)
            {
                _coefficients[i] = coefficients[i];
            }
        }

        [MethodImpl(Jit.Loop)]
        public readonly void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            UpdateSegment* segment = _segments;
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
            int i = 0;
            for (; i <= count - S.Count; i += S.Count)
            {
                V parameter = S.Load(parameters + i);
                V state0 = TUpdate.StateCount > 0 ? S.Load(states0 + i) : S.Broadcast(0);
                V state1 = TUpdate.StateCount > 1 ? S.Load(states1 + i) : S.Broadcast(0);
                Invoke<S, V>(ref parameter, S.Load(gradients + i), ref state0, ref state1);
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
                V parameter = Partial.Load<V>(parameters + i, rest);
                V state0 = TUpdate.StateCount > 0 ? Partial.Load<V>(states0 + i, rest) : S.Broadcast(0);
                V state1 = TUpdate.StateCount > 1 ? Partial.Load<V>(states1 + i, rest) : S.Broadcast(0);
                Invoke<S, V>(ref parameter, Partial.Load<V>(gradients + i, rest), ref state0, ref state1);
                Partial.Store(parameter, parameters + i, rest);
                if (TUpdate.StateCount > 0)
                {
                    Partial.Store(state0, states0 + i, rest);
                }

                if (TUpdate.StateCount > 1)
                {
                    Partial.Store(state1, states1 + i, rest);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Invoke<S, V>(ref V parameter, V gradient, ref V state0, ref V state1)
            where S : struct, ISimd<V>
            where V : unmanaged => TUpdate.Invoke<S, V>(
                ref parameter,
                gradient,
                ref state0,
                ref state1,
                S.Broadcast(_coefficients[0]),
                S.Broadcast(_coefficients[1]),
                S.Broadcast(_coefficients[2]),
                S.Broadcast(_coefficients[3]),
                S.Broadcast(_coefficients[4]),
                S.Broadcast(_coefficients[5]),
                S.Broadcast(_coefficients[6]),
                S.Broadcast(_coefficients[7]));
    }
}
