using Quern.Benchmarks.Compare.Peers;
using Quern.Kernels.Cpu;

namespace Quern.Benchmarks.Compare.Measuring;

/// <summary>The operands of one product, and a result for each of two contestants.</summary>
internal sealed class Operands(Product product) : IDisposable
{
    public Floats Left { get; } = new((long)product.M * product.K, seed: 1);

    public Floats Right { get; } = new((long)product.K * product.N, seed: 2);

    public Floats Result { get; } = new((long)product.M * product.N, seed: 3);

    public Floats PeersResult { get; } = new((long)product.M * product.N, seed: 4);

    public void Multiply(WorkerPool pool) => MatMul.Run(
        pool, product.M, product.N, product.K, Left.Span, product.TransposeLeft, Right.Span, product.TransposeRight, Result.Span);

    /// <summary>Makes sure that both computed the same product: otherwise their times say nothing.</summary>
    public static void CheckAgreement(Product product, string peer, ReadOnlySpan<float> result, ReadOnlySpan<float> peersResult)
    {
        double tolerance = 1e-4 * Math.Sqrt(product.K);
        for (int i = 0; i < result.Length; i++)
        {
            if (!(Math.Abs(result[i] - peersResult[i]) <= tolerance))
            {
                throw new PeerException($"{product.Sizes}: at {i} Quern gives {result[i]} and {peer} {peersResult[i]}.");
            }
        }
    }

    public void Dispose()
    {
        Left.Dispose();
        Right.Dispose();
        Result.Dispose();
        PeersResult.Dispose();
    }
}
