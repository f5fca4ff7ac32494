using System.Runtime.CompilerServices;
using Quern.Kernels;
using Quern.Kernels.Gpu;

namespace Quern.Tensors;

// Each operation launches the kernel of its name.
public sealed partial class GpuDevice
{
    private const int GroupSize = 256;

    // Grows to the most parameters that an optimizer had.
    private UpdateLauncher.Slot[] _updateSlots = [];

    internal override void MatMul(
        Tensor left, bool transposeLeft, Tensor right, bool transposeRight, Tensor result, bool accumulate, in Epilogue<Tensor> epilogue,
        Tensor? leftSums, bool accumulateSums)
    {
        if (result.ElementCount == 0)
        {
            return;
        }

        using Lock.Scope turn = _lock.EnterScope();
        _matMul.Run(
            result.Shape[0],
            result.Shape[1],
            left.Shape[transposeLeft ? 0 : 1],
            View(left),
            transposeLeft,
            View(right),
            transposeRight,
            View(result),
            accumulate,
            ViewOf(epilogue),
            new MatMulLauncher.LeftSums(ViewOrNone(leftSums), accumulateSums));
    }

    internal override void Fill(Tensor result, float value)
    {
        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.Fill.LaunchRun(_driver, Covering(result.ElementCount), View(result), value);
    }

    internal override void Copy(Tensor source, Tensor result)
    {
        GpuView<float> from = View(source);
        using Lock.Scope turn = _lock.EnterScope();
        if (!source.Overlaps(result))
        {
            _driver.Copy(from, View(result));
        }
        else if (source.Offset != result.Offset)
        {
            using GpuBuffer between = _driver.Allocate(from.Length * sizeof(float));
            GpuView<float> copy = new(between, 0, from.Length);
            _driver.Copy(from, copy);
            _driver.Copy(copy, View(result));
        }
    }

    internal override void RandomUniform(Tensor result, ulong seed, ulong stream, float low, float high)
    {
        UniformRange range = UniformRange.Between(low, high);
        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.Philox.LaunchUniform(
            _driver,
            Covering(Division.RoundUp(result.ElementCount, 4)),
            (uint)seed,
            (uint)(seed >> 32),
            (uint)stream,
            (uint)(stream >> 32),
            range.Offset,
            range.Width,
            range.Factor,
            range.Greatest,
            View(result));
    }

    internal override void RandomNormal(Tensor result, ulong seed, ulong stream, float mean, float standardDeviation)
    {
        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.Philox.LaunchNormal(
            _driver, Covering(Division.RoundUp(result.ElementCount, 4)), (uint)seed, (uint)(seed >> 32), (uint)stream, (uint)(stream >> 32), mean, standardDeviation, View(result));
    }

    internal override void Transpose(Tensor source, Tensor result)
    {
        const int Side = Kernels.Gpu.Transpose.Side;
        int rows = source.Shape[0];
        int columns = source.Shape[1];
        int across = Division.RoundUp(columns, Side);
        LaunchSize size = new(checked(across * Division.RoundUp(rows, Side)), 1, Side, Side);
        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.Transpose.LaunchRun(_driver, size, View(source), rows, columns, across, View(result));
    }

    internal override void Unary<TOperator>(Tensor x, Tensor result)
    {
        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.Unary.LaunchRun<TOperator>(_driver, Covering(result.ElementCount), View(x), View(result));
    }

    internal override void Binary<TOperator>(Tensor left, Tensor right, Tensor result)
    {
        using Lock.Scope turn = _lock.EnterScope();
        if (left.Shape == right.Shape)
        {
            Kernels.Gpu.Binary.LaunchRun<TOperator>(_driver, Covering(result.ElementCount), View(left), View(right), View(result));
            return;
        }

        Span<int> leftAxes = stackalloc int[Shape.MaxRank];
        Span<int> rightAxes = stackalloc int[Shape.MaxRank];
        Span<int> axes = stackalloc int[Shape.MaxRank];
        leftAxes = left.Shape.CopyTo(leftAxes);
        rightAxes = right.Shape.CopyTo(rightAxes);
        axes = result.Shape.CopyTo(axes);
        Span<int> walk = stackalloc int[Broadcast.MaxWalkLength];
        walk = walk[..PairWalk.Broadcast(leftAxes, rightAxes, axes).WriteTo(walk)];
        GpuView<int> walkView = new(_walk, 0, walk.Length);

        // Work is done in order, so that one place serves all walks.
        _driver.CopyToDevice<int>(walk, walkView);
        Kernels.Gpu.Binary.LaunchRunBroadcast<TOperator>(_driver, Covering(result.ElementCount), View(left), View(right), View(result), walkView);
    }

    internal override void Binary<TOperator>(Tensor left, float right, Tensor result)
    {
        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.Binary.LaunchRunRight<TOperator>(_driver, Covering(result.ElementCount), View(left), right, View(result));
    }

    internal override void Binary<TOperator>(float left, Tensor right, Tensor result)
    {
        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.Binary.LaunchRunLeft<TOperator>(_driver, Covering(result.ElementCount), left, View(right), View(result));
    }

    internal override void Ternary<TOperator>(Tensor first, Tensor second, float third, Tensor result)
    {
        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.Ternary.LaunchRun<TOperator>(_driver, Covering(result.ElementCount), View(first), View(second), third, View(result));
    }

    internal override void Ternary<TOperator>(Tensor first, Tensor second, Tensor third, Tensor result)
    {
        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.Ternary.LaunchRunTensors<TOperator>(_driver, Covering(result.ElementCount), View(first), View(second), View(third), View(result));
    }

    internal override void Sum(Tensor x, long outer, long axis, long inner, Tensor result)
    {
        using Lock.Scope turn = _lock.EnterScope();
        _reductions.Sum(View(x), (int)outer, (int)axis, (int)inner, 1, accumulate: false, View(result));
    }

    internal override void Mean(Tensor x, long outer, long axis, long inner, Tensor result)
    {
        using Lock.Scope turn = _lock.EnterScope();
        _reductions.Sum(View(x), (int)outer, (int)axis, (int)inner, 1f / axis, accumulate: false, View(result));
    }

    internal override void Fold<TOperator>(Tensor x, long outer, long axis, long inner, Tensor result)
    {
        using Lock.Scope turn = _lock.EnterScope();
        _reductions.Fold<TOperator>(View(x), (int)outer, (int)axis, (int)inner, View(result));
    }

    internal override void ArgMax(Tensor x, long outer, long axis, long inner, Tensor result)
    {
        using Lock.Scope turn = _lock.EnterScope();
        if (_driver.IsProcessor)
        {
            LaunchSize size = LaunchSize.Covering(result.ElementCount, AxisLanes.ProcessorGroupSize);
            Kernels.Gpu.ArgMax.LaunchRunSerial(_driver, size, View(x), (int)axis, (int)inner, View(result));
            return;
        }

        int lanes = AxisLanes.Count(_driver, (int)axis);
        Kernels.Gpu.ArgMax.LaunchRun(
            _driver, AxisLanes.Covering(result.ElementCount, lanes), View(x), (int)axis, (int)inner, lanes, View(result));
    }

    internal override void ColumnSum(Tensor matrix, Tensor result, bool accumulate)
    {
        using Lock.Scope turn = _lock.EnterScope();
        _reductions.Sum(View(matrix), 1, matrix.Shape[0], matrix.Shape[1], 1, accumulate, View(result));
    }

    internal override void Gather(DeviceMemory<byte> source, DeviceMemory<int> rows, long first, float scale, Tensor result)
    {
        int count = result.Shape[0];
        int rowLength = (int)(result.ElementCount / Math.Max(1, count));
        const int GatherGroup = Kernels.Gpu.Gather.GroupSize;
        LaunchSize size = new(checked(Division.RoundUp(rowLength, GatherGroup) * count), GatherGroup);
        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.Gather.LaunchRun(
            _driver,
            size,
            new GpuView<byte>(((GpuMemory<byte>)source).Buffer, 0, source.Length),
            new GpuView<int>(((GpuMemory<int>)rows).Buffer, first, count),
            rowLength,
            scale,
            View(result));
    }

    internal override void Update<TUpdate>(ReadOnlySpan<UpdateSlot> slots, ReadOnlySpan<float> coefficients)
    {
        using Lock.Scope turn = _lock.EnterScope();
        if (_updateSlots.Length < slots.Length)
        {
            _updateSlots = new UpdateLauncher.Slot[slots.Length];
        }

        for (int i = 0; i < slots.Length; i++)
        {
            UpdateSlot slot = slots[i];
            _updateSlots[i] = new(View(slot.Parameter), View(slot.Gradient), ViewOrNone(slot.State0), ViewOrNone(slot.State1));
        }

        UpdateLauncher.Run<TUpdate>(_driver, _updateSlots.AsSpan(0, slots.Length), coefficients);

        // Not to keep the memory of the last step alive.
        Array.Clear(_updateSlots);
    }

    private static LaunchSize Covering(long items) => LaunchSize.Covering(items, GroupSize);

    private GpuView<float> View(Tensor tensor, [CallerMemberName] string operation = "")
    {
        if (tensor.Device != this)
        {
            throw new DeviceException(
                $"{operation}: one operand lives on {Name} and another on {tensor.Device}; all must live on one device. Move it, or the model, with To(device).");
        }

        return new GpuView<float>(((GpuMemory<float>)tensor.Memory).Buffer, tensor.Offset, tensor.ElementCount);
    }

    private GpuView<float> ViewOrNone(Tensor? tensor, [CallerMemberName] string operation = "") => tensor is null ? default : View(tensor, operation);
}
