using System.Diagnostics;
using Quern.Kernels;

namespace Quern.Tensors;

public sealed partial class CpuDevice
{
    internal override void BatchedMatMul(
        in PairWalk matrices, int m, int n, int k, Tensor left, bool transposeLeft, Tensor right, bool transposeRight, Tensor result, bool accumulate)
    {
        long start = Stopwatch.GetTimestamp();
        Kernels.Cpu.BatchedMatMul.Run(_pool, matrices, m, n, k, left.Numbers, transposeLeft, right.Numbers, transposeRight, result.Numbers, accumulate);
        Interlocked.Add(ref _matMulTicks, Stopwatch.GetTimestamp() - start);
        Keep(left, right, result);
    }

    internal override void StridedCopy(Tensor source, Tensor result, in PairWalk walk)
    {
        Kernels.Cpu.StridedCopy.Run(_pool, source.Numbers, result.Numbers, walk);
        Keep(source, result);
    }
}
