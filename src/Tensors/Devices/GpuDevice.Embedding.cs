using Quern.Kernels;

namespace Quern.Tensors;

public sealed partial class GpuDevice
{
    // Grows to the most row numbers that were asked for.
    private GpuBuffer? _rowNumbers;

    internal override void Embedding(Tensor table, ReadOnlySpan<int> rows, Tensor result)
    {
        if (rows.IsEmpty)
        {
            return;
        }

        int columns = table.Shape[1];
        using Lock.Scope turn = _lock.EnterScope();
        GrowRowNumbers(rows.Length);
        Kernels.Gpu.Embedding.LaunchForward(
            _driver, Kernels.Gpu.Embedding.Covering(rows.Length, columns), View(table), PutRowNumbers(rows, 0), columns, View(result));
    }

    internal override void EmbeddingBackward(Tensor outputGradient, RowSegments segments, Tensor tableGradient)
    {
        if (segments.Count == 0)
        {
            return;
        }

        int columns = tableGradient.Shape[1];
        int positions = segments.Positions.Length;
        using Lock.Scope turn = _lock.EnterScope();
        GrowRowNumbers(positions + (2L * segments.Count) + 1);
        Kernels.Gpu.Embedding.LaunchBackward(
            _driver,
            Kernels.Gpu.Embedding.Covering(segments.Count, columns),
            View(outputGradient),
            PutRowNumbers(segments.Positions, 0),
            PutRowNumbers(segments.Rows, positions),
            PutRowNumbers(segments.Starts, positions + segments.Count),
            columns,
            View(tableGradient));
    }

    private void GrowRowNumbers(long count)
    {
        if (_rowNumbers is null || _rowNumbers.ByteCount < count * sizeof(int))
        {
            _rowNumbers?.Dispose();
            _rowNumbers = _driver.Allocate(count * sizeof(int));
        }
    }

    // Work is done in order, so that one place serves all calls.
    private GpuView<int> PutRowNumbers(ReadOnlySpan<int> numbers, long offset)
    {
        GpuView<int> view = new(_rowNumbers!, offset, numbers.Length);
        _driver.CopyToDevice(numbers, view);
        return view;
    }
}
