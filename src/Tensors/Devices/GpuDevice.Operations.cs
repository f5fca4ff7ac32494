using System.Runtime.CompilerServices;
using Quern.Kernels;
using Quern.Kernels.Cpu;
using Quern.Kernels.Gpu;

namespace Quern.Tensors;

// Each operation launches the kernel of its name.
public sealed partial class GpuDevice
{
    private const int GroupSize = 256;

    // Grows to the most parameters that an optimizer had.
    private AdamLauncher.Slot[] _adamSlots = [];

    private delegate void LaunchUnary(GpuDriver driver, LaunchSize size, GpuView<float> x, GpuView<float> y);

    private delegate void LaunchBinary(GpuDriver driver, LaunchSize size, GpuView<float> left, GpuView<float> right, GpuView<float> result);

    private delegate void LaunchBroadcast(
        GpuDriver driver, LaunchSize size, GpuView<float> left, GpuView<float> right, GpuView<float> result, GpuView<int> walk);

    internal override void MatMul(Tensor left, bool transposeLeft, Tensor right, bool transposeRight, Tensor result, bool accumulate, in Epilogue epilogue)
    {
        if (result.ElementCount == 0)
        {
            return;
        }

        lock (_lock)
        {
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
                ViewOrNone(epilogue.Bias),
                epilogue.Activation,
                ViewOrNone(epilogue.GradientOutput),
                epilogue.GradientActivation,
                ViewOrNone(epilogue.LeftSums),
                epilogue.AccumulateLeftSums);
        }
    }

    internal override void Fill(Tensor result, float value)
    {
        if (result.ElementCount == 0)
        {
            return;
        }

        lock (_lock)
        {
            Kernels.Gpu.Fill.LaunchRun(_driver, Covering(result.ElementCount), View(result), value);
        }
    }

    internal override void Copy(Tensor source, Tensor result)
    {
        GpuView<float> from = View(source);
        lock (_lock)
        {
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
    }

    internal override void RandomUniform(Tensor result, ulong seed, ulong stream, float low, float high)
    {
        if (result.ElementCount == 0)
        {
            return;
        }

        UniformRange range = UniformRange.Between(low, high);
        lock (_lock)
        {
            Kernels.Gpu.Philox.LaunchUniform(
                _driver,
                Covering((result.ElementCount + 3) / 4),
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
    }

    internal override void RandomNormal(Tensor result, ulong seed, ulong stream, float mean, float standardDeviation)
    {
        if (result.ElementCount == 0)
        {
            return;
        }

        lock (_lock)
        {
            Kernels.Gpu.Philox.LaunchNormal(
                _driver, Covering((result.ElementCount + 3) / 4), (uint)seed, (uint)(seed >> 32), (uint)stream, (uint)(stream >> 32), mean, standardDeviation, View(result));
        }
    }

    internal override void Transpose(Tensor source, Tensor result)
    {
        if (result.ElementCount == 0)
        {
            return;
        }

        const int Side = Kernels.Gpu.Transpose.Side;
        int rows = source.Shape[0];
        int columns = source.Shape[1];
        int across = ((columns - 1) / Side) + 1;
        int down = ((rows - 1) / Side) + 1;
        lock (_lock)
        {
            Kernels.Gpu.Transpose.LaunchRun(_driver, new LaunchSize(checked(across * down), 1, Side, Side), View(source), rows, columns, across, View(result));
        }
    }

    internal override void Abs(Tensor x, Tensor result) => Unary(Kernels.Gpu.Abs.LaunchForward, x, result);

    internal override void Cos(Tensor x, Tensor result) => Unary(Kernels.Gpu.Cos.LaunchForward, x, result);

    internal override void Exp(Tensor x, Tensor result) => Unary(Kernels.Gpu.Exp.LaunchForward, x, result);

    internal override void Log(Tensor x, Tensor result) => Unary(Kernels.Gpu.Log.LaunchForward, x, result);

    internal override void Negate(Tensor x, Tensor result) => Unary(Kernels.Gpu.Negate.LaunchForward, x, result);

    internal override void Reciprocal(Tensor x, Tensor result) => Unary(Kernels.Gpu.Reciprocal.LaunchForward, x, result);

    internal override void Relu(Tensor x, Tensor result) => Unary(Kernels.Gpu.Relu.LaunchForward, x, result);

    internal override void Sigmoid(Tensor x, Tensor result) => Unary(Kernels.Gpu.Sigmoid.LaunchForward, x, result);

    internal override void Sin(Tensor x, Tensor result) => Unary(Kernels.Gpu.Sin.LaunchForward, x, result);

    internal override void Sqrt(Tensor x, Tensor result) => Unary(Kernels.Gpu.Sqrt.LaunchForward, x, result);

    internal override void Square(Tensor x, Tensor result) => Unary(Kernels.Gpu.Square.LaunchForward, x, result);

    internal override void Tanh(Tensor x, Tensor result) => Unary(Kernels.Gpu.Tanh.LaunchForward, x, result);

    internal override void ReluBackward(Tensor outputGradient, Tensor output, Tensor inputGradient) =>
        Backward(Kernels.Gpu.Relu.LaunchBackward, outputGradient, output, inputGradient);

    internal override void SigmoidBackward(Tensor outputGradient, Tensor output, Tensor inputGradient) =>
        Backward(Kernels.Gpu.Sigmoid.LaunchBackward, outputGradient, output, inputGradient);

    internal override void TanhBackward(Tensor outputGradient, Tensor output, Tensor inputGradient) =>
        Backward(Kernels.Gpu.Tanh.LaunchBackward, outputGradient, output, inputGradient);

    internal override void Add(Tensor left, Tensor right, Tensor result) =>
        Binary(Kernels.Gpu.Add.LaunchRun, Kernels.Gpu.Add.LaunchRunBroadcast, left, right, result);

    internal override void Subtract(Tensor left, Tensor right, Tensor result) =>
        Binary(Kernels.Gpu.Subtract.LaunchRun, Kernels.Gpu.Subtract.LaunchRunBroadcast, left, right, result);

    internal override void Multiply(Tensor left, Tensor right, Tensor result) =>
        Binary(Kernels.Gpu.Multiply.LaunchRun, Kernels.Gpu.Multiply.LaunchRunBroadcast, left, right, result);

    internal override void Divide(Tensor left, Tensor right, Tensor result) =>
        Binary(Kernels.Gpu.Divide.LaunchRun, Kernels.Gpu.Divide.LaunchRunBroadcast, left, right, result);

    internal override void Maximum(Tensor left, Tensor right, Tensor result) =>
        Binary(Kernels.Gpu.Maximum.LaunchRun, Kernels.Gpu.Maximum.LaunchRunBroadcast, left, right, result);

    internal override void Minimum(Tensor left, Tensor right, Tensor result) =>
        Binary(Kernels.Gpu.Minimum.LaunchRun, Kernels.Gpu.Minimum.LaunchRunBroadcast, left, right, result);

    internal override void Power(Tensor left, Tensor right, Tensor result) =>
        Binary(Kernels.Gpu.Power.LaunchRun, Kernels.Gpu.Power.LaunchRunBroadcast, left, right, result);

    internal override void Equal(Tensor left, Tensor right, Tensor result) =>
        Binary(Kernels.Gpu.Equal.LaunchRun, Kernels.Gpu.Equal.LaunchRunBroadcast, left, right, result);

    internal override void NotEqual(Tensor left, Tensor right, Tensor result) =>
        Binary(Kernels.Gpu.NotEqual.LaunchRun, Kernels.Gpu.NotEqual.LaunchRunBroadcast, left, right, result);

    internal override void Greater(Tensor left, Tensor right, Tensor result) =>
        Binary(Kernels.Gpu.Greater.LaunchRun, Kernels.Gpu.Greater.LaunchRunBroadcast, left, right, result);

    internal override void GreaterOrEqual(Tensor left, Tensor right, Tensor result) =>
        Binary(Kernels.Gpu.GreaterOrEqual.LaunchRun, Kernels.Gpu.GreaterOrEqual.LaunchRunBroadcast, left, right, result);

    internal override void Less(Tensor left, Tensor right, Tensor result) =>
        Binary(Kernels.Gpu.Less.LaunchRun, Kernels.Gpu.Less.LaunchRunBroadcast, left, right, result);

    internal override void LessOrEqual(Tensor left, Tensor right, Tensor result) =>
        Binary(Kernels.Gpu.LessOrEqual.LaunchRun, Kernels.Gpu.LessOrEqual.LaunchRunBroadcast, left, right, result);

    internal override void Sum(Tensor x, long outer, long axis, long inner, Tensor result)
    {
        lock (_lock)
        {
            _reductions.Sum(View(x), (int)outer, (int)axis, (int)inner, 1, accumulate: false, View(result));
        }
    }

    internal override void Mean(Tensor x, long outer, long axis, long inner, Tensor result)
    {
        lock (_lock)
        {
            _reductions.Sum(View(x), (int)outer, (int)axis, (int)inner, 1f / axis, accumulate: false, View(result));
        }
    }

    internal override void Max(Tensor x, long outer, long axis, long inner, Tensor result)
    {
        lock (_lock)
        {
            _reductions.Max(View(x), (int)outer, (int)axis, (int)inner, View(result));
        }
    }

    internal override void Min(Tensor x, long outer, long axis, long inner, Tensor result)
    {
        lock (_lock)
        {
            _reductions.Min(View(x), (int)outer, (int)axis, (int)inner, View(result));
        }
    }

    internal override void ArgMax(Tensor x, long outer, long axis, long inner, Tensor result)
    {
        if (result.ElementCount == 0)
        {
            return;
        }

        lock (_lock)
        {
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
    }

    internal override void ColumnSum(Tensor matrix, Tensor result, bool accumulate)
    {
        lock (_lock)
        {
            _reductions.Sum(View(matrix), 1, matrix.Shape[0], matrix.Shape[1], 1, accumulate, View(result));
        }
    }

    internal override void Mse(Tensor output, Tensor target, Tensor loss, Tensor? inputGradient, Activation activation)
    {
        lock (_lock)
        {
            if (inputGradient is null)
            {
                _reductions.Mse(View(output), View(target), View(loss));
            }
            else
            {
                _reductions.Mse(View(output), View(target), View(loss), View(inputGradient), activation);
            }
        }
    }

    internal override void Gather(DeviceMemory<byte> source, DeviceMemory<int> rows, long first, float scale, Tensor result)
    {
        int count = result.Shape[0];
        int rowLength = (int)(result.ElementCount / count);
        const int GatherGroup = Kernels.Gpu.Gather.GroupSize;
        LaunchSize size = new(checked((((rowLength - 1) / GatherGroup) + 1) * count), GatherGroup);
        lock (_lock)
        {
            Kernels.Gpu.Gather.LaunchRun(
                _driver,
                size,
                new GpuView<byte>(((GpuMemory<byte>)source).Buffer, 0, source.Length),
                new GpuView<int>(((GpuMemory<int>)rows).Buffer, first, count),
                rowLength,
                scale,
                View(result));
        }
    }

    internal override void Adam(ReadOnlySpan<AdamSlot> slots, in AdamSettings settings, long step)
    {
        lock (_lock)
        {
            if (_adamSlots.Length < slots.Length)
            {
                _adamSlots = new AdamLauncher.Slot[slots.Length];
            }

            for (int i = 0; i < slots.Length; i++)
            {
                AdamSlot slot = slots[i];
                _adamSlots[i] = new(View(slot.Parameter), View(slot.Gradient), View(slot.FirstMoment), View(slot.SecondMoment));
            }

            AdamLauncher.Run(_driver, _adamSlots.AsSpan(0, slots.Length), settings, step);

            // Not to keep the memory of the last step alive.
            Array.Clear(_adamSlots);
        }
    }

    internal override void Sgd(ReadOnlySpan<SgdSlot> slots, in SgdSettings settings)
    {
        float rate = (float)settings.LearningRate;
        float decay = (float)settings.WeightDecay;
        float momentum = (float)settings.Momentum;
        lock (_lock)
        {
            foreach (SgdSlot slot in slots)
            {
                if (slot.Parameter.ElementCount == 0)
                {
                    continue;
                }

                LaunchSize size = Covering(slot.Parameter.ElementCount);
                if (momentum == 0)
                {
                    Kernels.Gpu.Sgd.LaunchStep(_driver, size, View(slot.Parameter), View(slot.Gradient), rate, decay);
                }
                else
                {
                    Kernels.Gpu.Sgd.LaunchMomentumStep(
                        _driver, size, View(slot.Parameter), View(slot.Gradient), View(slot.Momentum), rate, decay, momentum, settings.Nesterov ? 1 : 0);
                }
            }
        }
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

    private void Unary(LaunchUnary launch, Tensor x, Tensor result)
    {
        if (result.ElementCount == 0)
        {
            return;
        }

        lock (_lock)
        {
            launch(_driver, Covering(result.ElementCount), View(x), View(result));
        }
    }

    private void Backward(LaunchBinary launch, Tensor outputGradient, Tensor output, Tensor inputGradient)
    {
        if (inputGradient.ElementCount == 0)
        {
            return;
        }

        lock (_lock)
        {
            launch(_driver, Covering(inputGradient.ElementCount), View(outputGradient), View(output), View(inputGradient));
        }
    }

    private void Binary(LaunchBinary launch, LaunchBroadcast launchBroadcast, Tensor left, Tensor right, Tensor result)
    {
        if (result.ElementCount == 0)
        {
            return;
        }

        LaunchSize size = Covering(result.ElementCount);
        if (left.Shape == right.Shape)
        {
            lock (_lock)
            {
                launch(_driver, size, View(left), View(right), View(result));
            }

            return;
        }

        Span<int> leftAxes = stackalloc int[Shape.MaxRank];
        Span<int> rightAxes = stackalloc int[Shape.MaxRank];
        Span<int> axes = stackalloc int[Shape.MaxRank];
        leftAxes = left.Shape.CopyTo(leftAxes);
        rightAxes = right.Shape.CopyTo(rightAxes);
        axes = result.Shape.CopyTo(axes);
        Span<int> walk = stackalloc int[Broadcast.MaxWalkLength];
        walk = walk[..BroadcastWalk.Write(axes, BroadcastStrides.For(leftAxes, axes), BroadcastStrides.For(rightAxes, axes), walk)];
        GpuView<int> walkView = new(_walk, 0, walk.Length);
        lock (_lock)
        {
            // Work is done in order, so that one place serves all walks.
            _driver.CopyToDevice<int>(walk, walkView);
            launchBroadcast(_driver, size, View(left), View(right), View(result), walkView);
        }
    }
}
