namespace Quern.Kernels.Cpu.Simd;

/// <summary>Work cut into pieces, written once for every vector width.</summary>
internal interface ISimdJob
{
    /// <summary>Runs one piece. Pieces must not write to the same memory.</summary>
    /// <typeparam name="S">The arithmetic.</typeparam>
    /// <typeparam name="V">The vector.</typeparam>
    /// <param name="piece">The piece's number.</param>
    void Run<S, V>(int piece)
        where S : struct, ISimd<V>
        where V : unmanaged;
}
