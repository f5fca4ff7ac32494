using Quern.Kernels.Cpu;

namespace Quern.Tensors;

public sealed partial class CpuDevice
{
    internal override void AxisGather(Tensor x, long outer, long axis, long inner, Tensor index, bool isSame, Tensor result)
    {
        if (isSame)
        {
            Kernels.Cpu.AxisGather.Rows(_pool, x.Numbers, (int)axis, (int)inner, index.Numbers, result.Numbers);
        }
        else
        {
            int count = (int)(result.ElementCount / Math.Max(1, outer * inner));
            Kernels.Cpu.AxisGather.Run(_pool, x.Numbers, (int)axis, (int)inner, index.Numbers, count, result.Numbers);
        }

        Keep(x, index, result);
    }

    internal override void AxisScatter(Tensor source, Tensor index, bool accumulate, long outer, long axis, long inner, Tensor result)
    {
        int count = (int)(source.ElementCount / Math.Max(1, outer * inner));
        Kernels.Cpu.AxisScatter.Run(
            _pool, source.Numbers, index.Numbers, (int)outer, count, (int)inner, accumulate, (int)axis, result.Numbers);
        Keep(source, index, result);
    }

    internal override void CumSum(Tensor x, long outer, long axis, long inner, Tensor result)
    {
        Scan.Run<SumScan>(_pool, x.Numbers, (int)outer, (int)axis, (int)inner, result.Numbers);
        Keep(x, result);
    }

    internal override void CumProd(Tensor x, long outer, long axis, long inner, Tensor result)
    {
        Scan.Run<ProductScan>(_pool, x.Numbers, (int)outer, (int)axis, (int)inner, result.Numbers);
        Keep(x, result);
    }

    internal override void Sort(Tensor x, long outer, long axis, long inner, bool descending, int count, Tensor? values, Tensor? places)
    {
        Span<float> sorted = values is null ? default : values.Numbers;
        Span<float> origins = places is null ? default : places.Numbers;
        Kernels.Cpu.Sort.Run(_pool, x.Numbers, (int)outer, (int)axis, (int)inner, descending, count, sorted, origins);
        Keep(x, values, places);
    }
}
