using Quern.Kernels.Cpu.ElementWise;

namespace Quern.Kernels.Cpu;

/// <summary>The same value everywhere.</summary>
public static unsafe class Fill
{
    /// <summary>Sets every element to a value.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="result">What is filled.</param>
    /// <param name="value">The value.</param>
    public static void Run(WorkerPool pool, Span<float> result, float value)
    {
        fixed (float* pointer = result)
        {
            pool.Run(Pieces.Count(result.Length), new Job(pointer, value, result.Length));
        }
    }

    private readonly struct Job(float* result, float value, int length) : IParallelJob
    {
        public void Run(int piece) =>
            new Span<float>(result + (piece * Pieces.Length), Pieces.LengthOf(piece, length)).Fill(value);
    }
}
