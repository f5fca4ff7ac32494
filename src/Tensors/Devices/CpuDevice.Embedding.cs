namespace Quern.Tensors;

public sealed partial class CpuDevice
{
    internal override void Embedding(Tensor table, ReadOnlySpan<int> rows, Tensor result)
    {
        Kernels.Cpu.Embedding.Forward(_pool, table.Numbers, rows, table.Shape[1], result.Numbers);
        Keep(table, result);
    }

    internal override void EmbeddingBackward(Tensor outputGradient, RowSegments segments, Tensor tableGradient)
    {
        Kernels.Cpu.Embedding.Backward(
            _pool, outputGradient.Numbers, segments.Positions, segments.Rows, segments.Starts, tableGradient.Shape[1], tableGradient.Numbers);
        Keep(outputGradient, tableGradient);
    }
}
