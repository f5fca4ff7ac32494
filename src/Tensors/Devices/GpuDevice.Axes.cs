using Quern.Kernels;
using Quern.Kernels.Gpu;

namespace Quern.Tensors;

public sealed partial class GpuDevice
{
    internal override void AxisGather(Tensor x, long outer, long axis, long inner, Tensor index, bool isSame, Tensor result)
    {
        if (result.ElementCount == 0)
        {
            return;
        }

        int count = (int)(result.ElementCount / (outer * inner));
        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.AxisGather.LaunchRun(
            _driver, Covering(result.ElementCount), View(x), (int)axis, (int)inner, View(index), count, isSame ? 1 : 0, View(result));
    }

    internal override void AxisScatter(Tensor source, Tensor index, bool accumulate, long outer, long axis, long inner, Tensor result)
    {
        if (source.ElementCount == 0)
        {
            return;
        }

        int columns = (int)(outer * inner);
        int count = (int)(source.ElementCount / columns);
        using Lock.Scope turn = _lock.EnterScope();
        int parts = Kernels.Gpu.AxisScatter.Parts(_driver, columns, (int)axis);
        Kernels.Gpu.AxisScatter.LaunchRun(
            _driver,
            Kernels.Gpu.AxisScatter.Covering(_driver, columns * parts),
            View(source),
            View(index),
            count,
            (int)inner,
            columns,
            parts,
            accumulate ? 1 : 0,
            (int)axis,
            View(result));
    }

    internal override void CumSum(Tensor x, long outer, long axis, long inner, Tensor result)
    {
        if (x.ElementCount == 0)
        {
            return;
        }

        using Lock.Scope turn = _lock.EnterScope();
        int lanes = Scan.Lanes(_driver, (int)axis);
        Scan.LaunchSum(
            _driver, AxisLanes.Covering(outer * inner, lanes), View(x), (int)(outer * inner), (int)axis, (int)inner, lanes, View(result));
    }

    internal override void CumProd(Tensor x, long outer, long axis, long inner, Tensor result)
    {
        if (x.ElementCount == 0)
        {
            return;
        }

        using Lock.Scope turn = _lock.EnterScope();
        Scan.LaunchProduct(_driver, LaunchSize.Covering(outer * inner, AxisLanes.ProcessorGroupSize), View(x), (int)(outer * inner), (int)axis, (int)inner, View(result));
    }

    internal override void Sort(Tensor x, long outer, long axis, long inner, bool descending, int count, Tensor? values, Tensor? places)
    {
        if (x.ElementCount == 0 || count == 0)
        {
            return;
        }

        using Lock.Scope turn = _lock.EnterScope();
        SortLauncher.Run(_driver, View(x), (int)outer, (int)axis, (int)inner, descending, count, ViewOrNone(values), ViewOrNone(places));
    }
}
