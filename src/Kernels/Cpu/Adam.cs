using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu;

/// <summary>The optimizer Adam, as PyTorch computes it. Source: Kingma and Ba, "Adam: a method for stochastic optimization".</summary>
public static unsafe class Adam
{
    /// <summary>One step of every parameter at once.</summary>
    /// <remarks>
    /// g += weightDecay · p (or p *= 1 - rate · weightDecay where decoupled); m += (1 - β₁)(g - m); v = β₂ v + (1 - β₂) g²;
    /// p -= rate / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε).
    /// </remarks>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="segments">The parameters with their gradients and moments.</param>
    /// <param name="settings">The rates.</param>
    /// <param name="step">The step's number t, from 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is less than 1.</exception>
    public static void Step(WorkerPool pool, ReadOnlySpan<AdamSegment> segments, in AdamSettings settings, long step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        int pieces = 0;
        foreach (AdamSegment segment in segments)
        {
            pieces = checked(pieces + SegmentPieces.Count(segment.Count));
        }

        fixed (AdamSegment* pointer = segments)
        {
            SimdDispatch.Run(pool, pieces, new Job(pointer, settings, step));
        }
    }

    private readonly struct Job : ISimdJob
    {
        private readonly AdamSegment* _segments;
        private readonly float _stepSize;
        private readonly float _rootScale;
        private readonly float _epsilon;
        private readonly float _oneMinusBeta1;
        private readonly float _beta2;
        private readonly float _oneMinusBeta2;
        private readonly float _decay;
        private readonly float _keep;

        public Job(AdamSegment* segments, in AdamSettings settings, long step)
        {
            _segments = segments;
            _stepSize = (float)(settings.LearningRate / (1 - Math.Pow(settings.Beta1, step)));
            _rootScale = (float)(1 / Math.Sqrt(1 - Math.Pow(settings.Beta2, step)));
            _epsilon = (float)settings.Epsilon;
            _oneMinusBeta1 = (float)(1 - settings.Beta1);
            _beta2 = (float)settings.Beta2;
            _oneMinusBeta2 = (float)(1 - settings.Beta2);
            _decay = settings.Decoupled ? 0 : (float)settings.WeightDecay;
            _keep = settings.Decoupled ? (float)(1 - (settings.LearningRate * settings.WeightDecay)) : 1;
        }

        // Optimised from the first call: a loop that is entered once would otherwise run its vectors unoptimised.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            AdamSegment* segment = _segments;
            for (; piece >= SegmentPieces.Count(segment->Count); segment++)
            {
                piece -= SegmentPieces.Count(segment->Count);
            }

            long start = (long)piece * Pieces.Length;
            int count = (int)Math.Min(Pieces.Length, segment->Count - start);
            float* parameter = segment->Parameter + start;
            float* gradient = segment->Gradient + start;
            float* firstMoment = segment->FirstMoment + start;
            float* secondMoment = segment->SecondMoment + start;
            int i = 0;
            for (; i <= count - S.Count; i += S.Count)
            {
                V p = S.Load(parameter + i);
                V m = S.Load(firstMoment + i);
                V v = S.Load(secondMoment + i);
                Update<S, V>(ref p, S.Load(gradient + i), ref m, ref v);
                S.Store(p, parameter + i);
                S.Store(m, firstMoment + i);
                S.Store(v, secondMoment + i);
            }

            if (i < count)
            {
                V p = Partial.Load<V>(parameter + i, count - i);
                V m = Partial.Load<V>(firstMoment + i, count - i);
                V v = Partial.Load<V>(secondMoment + i, count - i);
                Update<S, V>(ref p, Partial.Load<V>(gradient + i, count - i), ref m, ref v);
                Partial.Store(p, parameter + i, count - i);
                Partial.Store(m, firstMoment + i, count - i);
                Partial.Store(v, secondMoment + i, count - i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Update<S, V>(ref V p, V g, ref V m, ref V v)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            g = S.MultiplyAdd(p, S.Broadcast(_decay), g);
            m = S.MultiplyAdd(S.Subtract(g, m), S.Broadcast(_oneMinusBeta1), m);

            // Scaled first, as PyTorch does: the square of 1e20 is no longer a float.
            v = S.MultiplyAdd(S.Multiply(g, S.Broadcast(_oneMinusBeta2)), g, S.Multiply(v, S.Broadcast(_beta2)));
            V denominator = S.MultiplyAdd(S.Sqrt(v), S.Broadcast(_rootScale), S.Broadcast(_epsilon));
            V change = S.Divide(S.Multiply(m, S.Broadcast(_stepSize)), denominator);
            p = S.Subtract(S.Multiply(p, S.Broadcast(_keep)), change);
        }
    }
}
