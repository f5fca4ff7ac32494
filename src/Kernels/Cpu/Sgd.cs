using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu;

/// <summary>Stochastic gradient descent, as PyTorch computes it.</summary>
public static unsafe class Sgd
{
    /// <summary>One step of every parameter at once.</summary>
    /// <remarks>
    /// g += weightDecay · p; with momentum u = momentum · u + g, and then g = u, or g += momentum · u with Nesterov; p -= rate · g.
    /// </remarks>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="segments">The parameters with their gradients and velocities.</param>
    /// <param name="settings">The rates.</param>
    public static void Step(WorkerPool pool, ReadOnlySpan<SgdSegment> segments, in SgdSettings settings)
    {
        int pieces = 0;
        foreach (SgdSegment segment in segments)
        {
            pieces = checked(pieces + SegmentPieces.Count(segment.Count));
        }

        fixed (SgdSegment* pointer = segments)
        {
            SimdDispatch.Run(pool, pieces, new Job(pointer, settings));
        }
    }

    private readonly struct Job(SgdSegment* segments, SgdSettings settings) : ISimdJob
    {
        private readonly float _rate = (float)settings.LearningRate;
        private readonly float _decay = (float)settings.WeightDecay;
        private readonly float _momentum = (float)settings.Momentum;
        private readonly bool _nesterov = settings.Nesterov;

        // Optimised from the first call: a loop that is entered once would otherwise run its vectors unoptimised.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            SgdSegment* segment = segments;
            for (; piece >= SegmentPieces.Count(segment->Count); segment++)
            {
                piece -= SegmentPieces.Count(segment->Count);
            }

            long start = (long)piece * Pieces.Length;
            int count = (int)Math.Min(Pieces.Length, segment->Count - start);
            float* parameter = segment->Parameter + start;
            float* gradient = segment->Gradient + start;
            float* velocity = _momentum == 0 ? null : segment->Velocity + start;
            int i = 0;
            for (; i <= count - S.Count; i += S.Count)
            {
                Update<S, V>(parameter + i, gradient + i, velocity == null ? null : velocity + i);
            }

            for (; i < count; i++)
            {
                Update<SimdScalar, float>(parameter + i, gradient + i, velocity == null ? null : velocity + i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Update<S, V>(float* parameter, float* gradient, float* velocity)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            V p = S.Load(parameter);
            V g = S.MultiplyAdd(p, S.Broadcast(_decay), S.Load(gradient));
            if (velocity != null)
            {
                V momentum = S.Broadcast(_momentum);
                V u = S.MultiplyAdd(S.Load(velocity), momentum, g);
                S.Store(u, velocity);
                g = _nesterov ? S.MultiplyAdd(u, momentum, g) : u;
            }

            S.Store(S.MultiplyAdd(g, S.Broadcast(-_rate), p), parameter);
        }
    }
}
