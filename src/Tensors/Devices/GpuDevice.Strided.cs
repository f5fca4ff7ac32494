using Quern.Kernels;
using Quern.Kernels.Gpu;

namespace Quern.Tensors;

public sealed partial class GpuDevice
{
    internal override void BatchedMatMul(
        in PairWalk matrices, int m, int n, int k, Tensor left, bool transposeLeft, Tensor right, bool transposeRight, Tensor result, bool accumulate)
    {
        if (result.ElementCount == 0)
        {
            return;
        }

        // One launch for the places along the innermost axis: their matrices lie equally far apart.
        bool isOne = matrices.AxisCount == 0;
        int batch = isOne ? 1 : matrices.Sizes[^1];
        int leftBatch = checked((isOne ? 0 : matrices.FirstStrides[^1]) * m * k);
        int rightBatch = checked((isOne ? 0 : matrices.SecondStrides[^1]) * k * n);
        GpuView<float> lefts = View(left), rights = View(right), results = View(result);
        using Lock.Scope turn = _lock.EnterScope();
        for (int i = 0; i < matrices.Count; i += batch)
        {
            matrices.Offsets(i, out int leftMatrix, out int rightMatrix);
            _matMul.RunBatch(
                batch,
                m,
                n,
                k,
                new(Behind(lefts, (long)leftMatrix * m * k), transposeLeft ? 1 : k, transposeLeft ? m : 1, leftBatch),
                new(Behind(rights, (long)rightMatrix * k * n), transposeRight ? 1 : n, transposeRight ? k : 1, rightBatch),
                results.Slice((long)i * m * n, (long)batch * m * n),
                m * n,
                accumulate);
        }
    }

    internal override void StridedCopy(Tensor source, Tensor result, in PairWalk walk)
    {
        if (walk.Count == 0)
        {
            return;
        }

        Span<int> axes = stackalloc int[Broadcast.MaxWalkLength];
        axes = axes[..walk.WriteTo(axes)];
        GpuView<int> axesView = new(_walk, 0, axes.Length);
        using Lock.Scope turn = _lock.EnterScope();
        _driver.CopyToDevice<int>(axes, axesView);
        Kernels.Gpu.StridedCopy.LaunchRun(
            _driver, Covering(walk.Count), View(source), walk.FirstOffset, axesView, walk.Count, walk.SecondOffset, View(result));
    }

    private static GpuView<float> Behind(GpuView<float> view, long start) => view.Slice(start, view.Length - start);
}
