using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Reductions;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu;

/// <summary>The sum of each channel over a batch of pictures: the gradient of a convolution's bias.</summary>
public static unsafe class ChannelSum
{
    /// <summary>result[c] = the sum over s and i of x[s, c, i], or that added to the result.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand, [batch, channels, inner].</param>
    /// <param name="inner">The numbers of a channel in one sample: at least 1.</param>
    /// <param name="result">As many numbers as there are channels.</param>
    /// <param name="accumulate">Whether to add to the result instead of replacing it.</param>
    /// <exception cref="ArgumentException">The operand is no whole number of samples.</exception>
    public static void Run(WorkerPool pool, ReadOnlySpan<float> x, int inner, Span<float> result, bool accumulate)
    {
        int channels = result.Length;
        Check.WholeRows("ChannelSum.Run", x.Length, checked(channels * inner));
        int batch = x.Length / (channels * inner);
        fixed (float* from = x, to = result)
        {
            SimdDispatch.Run(pool, channels, new Job(from, batch, channels, inner, to, accumulate));
        }
    }

    private readonly struct Job(float* x, int batch, int channels, int inner, float* result, bool accumulate) : ISimdJob
    {
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            double sum = accumulate ? result[piece] : 0;
            for (int sample = 0; sample < batch; sample++)
            {
                sum += Moments.Sum<S, V>(x + ((((nint)sample * channels) + piece) * inner), inner);
            }

            result[piece] = (float)sum;
        }
    }
}
