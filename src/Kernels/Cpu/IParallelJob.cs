namespace Quern.Kernels.Cpu;

/// <summary>Work cut into numbered pieces that a <see cref="WorkerPool"/> may run in any order, on any thread.</summary>
public interface IParallelJob
{
    /// <summary>Runs one piece. Pieces must not write to the same memory.</summary>
    /// <param name="piece">The piece's number, from 0 to the number of pieces less one.</param>
    void Run(int piece);
}
