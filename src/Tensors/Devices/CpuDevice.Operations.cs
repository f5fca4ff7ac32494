using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Quern.Kernels;
using Quern.Kernels.Cpu;

namespace Quern.Tensors;

// Each operation hands the tensors' memory to the kernel of its name.
public sealed partial class CpuDevice
{
    internal override void MatMul(
        Tensor left, bool transposeLeft, Tensor right, bool transposeRight, Tensor result, bool accumulate, in Epilogue<Tensor> epilogue,
        Tensor? leftSums, bool accumulateSums)
    {
        int inner = left.Shape[transposeLeft ? 0 : 1];
        Epilogue<ReadOnlySpan<float>> ofSpans = new(SpanOf(epilogue.Bias), epilogue.Activation, SpanOf(epilogue.GradientOutput), epilogue.GradientActivation);
        long start = Stopwatch.GetTimestamp();
        Kernels.Cpu.MatMul.Run(
            _pool, result.Shape[0], result.Shape[1], inner, left.Numbers, transposeLeft, right.Numbers, transposeRight, result.Numbers, accumulate, ofSpans);
        Interlocked.Add(ref _matMulTicks, Stopwatch.GetTimestamp() - start);
        Keep(left, right, result, epilogue.Bias, epilogue.GradientOutput);
        if (leftSums is not null)
        {
            ColumnSum(left, leftSums, accumulateSums);
        }
    }

    internal override void Fill(Tensor result, float value)
    {
        Kernels.Cpu.Fill.Run(_pool, result.Numbers, value);
        Keep(result);
    }

    internal override void Copy(Tensor source, Tensor result)
    {
        source.Numbers.CopyTo(result.Numbers);
        Keep(source, result);
    }

    internal override void RandomUniform(Tensor result, ulong seed, ulong stream, float low, float high)
    {
        Philox.Uniform(_pool, seed, stream, low, high, result.Numbers);
        Keep(result);
    }

    internal override void RandomNormal(Tensor result, ulong seed, ulong stream, float mean, float standardDeviation)
    {
        Philox.Normal(_pool, seed, stream, mean, standardDeviation, result.Numbers);
        Keep(result);
    }

    internal override void Transpose(Tensor source, Tensor result)
    {
        Kernels.Cpu.Transpose.Run(_pool, source.Numbers, source.Shape[0], source.Shape[1], result.Numbers);
        Keep(source, result);
    }

    internal override void Unary<TOperator>(Tensor x, Tensor result)
    {
        Kernels.Cpu.Unary.Run<TOperator>(_pool, x.Numbers, result.Numbers);
        Keep(x, result);
    }

    internal override void Binary<TOperator>(Tensor left, Tensor right, Tensor result)
    {
        if (left.Shape == right.Shape)
        {
            Kernels.Cpu.Binary.Run<TOperator>(_pool, left.Numbers, right.Numbers, result.Numbers);
        }
        else if (right.ElementCount == 1 && left.Shape == result.Shape)
        {
            Kernels.Cpu.Binary.Run<TOperator>(_pool, left.Numbers, right.Numbers[0], result.Numbers);
        }
        else
        {
            Span<int> leftAxes = stackalloc int[Shape.MaxRank];
            Span<int> rightAxes = stackalloc int[Shape.MaxRank];
            Span<int> axes = stackalloc int[Shape.MaxRank];
            leftAxes = left.Shape.CopyTo(leftAxes);
            rightAxes = right.Shape.CopyTo(rightAxes);
            axes = result.Shape.CopyTo(axes);
            Kernels.Cpu.Binary.Run<TOperator>(
                _pool, left.Numbers, BroadcastStrides.For(leftAxes, axes), right.Numbers, BroadcastStrides.For(rightAxes, axes), result.Numbers, axes);
        }

        Keep(left, right, result);
    }

    internal override void Binary<TOperator>(Tensor left, float right, Tensor result)
    {
        Kernels.Cpu.Binary.Run<TOperator>(_pool, left.Numbers, right, result.Numbers);
        Keep(left, result);
    }

    internal override void Binary<TOperator>(float left, Tensor right, Tensor result)
    {
        Kernels.Cpu.Binary.Run<TOperator>(_pool, left, right.Numbers, result.Numbers);
        Keep(right, result);
    }

    internal override void Ternary<TOperator>(Tensor first, Tensor second, float third, Tensor result)
    {
        Kernels.Cpu.Ternary.Run<TOperator>(_pool, first.Numbers, second.Numbers, third, result.Numbers);
        Keep(first, second, result);
    }

    internal override void Ternary<TOperator>(Tensor first, Tensor second, Tensor third, Tensor result)
    {
        Kernels.Cpu.Ternary.Run<TOperator>(_pool, first.Numbers, second.Numbers, third.Numbers, result.Numbers);
        Keep(first, second, third, result);
    }

    internal override void Sum(Tensor x, long outer, long axis, long inner, Tensor result)
    {
        Kernels.Cpu.Sum.Run(_pool, x.Numbers, (int)outer, (int)axis, (int)inner, result.Numbers);
        Keep(x, result);
    }

    internal override void Mean(Tensor x, long outer, long axis, long inner, Tensor result)
    {
        Kernels.Cpu.Mean.Run(_pool, x.Numbers, (int)outer, (int)axis, (int)inner, result.Numbers);
        Keep(x, result);
    }

    internal override void Fold<TOperator>(Tensor x, long outer, long axis, long inner, Tensor result)
    {
        Kernels.Cpu.Fold.Run<TOperator>(_pool, x.Numbers, (int)outer, (int)axis, (int)inner, result.Numbers);
        Keep(x, result);
    }

    internal override void ArgMax(Tensor x, long outer, long axis, long inner, Tensor result)
    {
        Kernels.Cpu.ArgMax.Run(_pool, x.Numbers, (int)outer, (int)axis, (int)inner, result.Numbers);
        Keep(x, result);
    }

    internal override void ColumnSum(Tensor matrix, Tensor result, bool accumulate)
    {
        Kernels.Cpu.ColumnSum.Run(_pool, matrix.Numbers, matrix.Shape[0], matrix.Shape[1], result.Numbers, accumulate);
        Keep(matrix, result);
    }

    internal override void Gather(DeviceMemory<byte> source, DeviceMemory<int> rows, long first, float scale, Tensor result)
    {
        ReadOnlySpan<byte> bytes = ((CpuMemory<byte>)source).Span(0, source.Length);
        ReadOnlySpan<int> chosen = ((CpuMemory<int>)rows).Span(first, result.Shape[0]);
        Kernels.Cpu.Gather.Run(_pool, bytes, chosen, (int)(result.ElementCount / Math.Max(1, result.Shape[0])), scale, result.Numbers);
        Keep(result);
    }

    [SkipLocalsInit]
    internal override unsafe void Update<TUpdate>(ReadOnlySpan<UpdateSlot> slots, ReadOnlySpan<float> coefficients)
    {
        // Parameters are few.
        Span<UpdateSegment> segments = stackalloc UpdateSegment[slots.Length];
        Span<GCHandle> pins = stackalloc GCHandle[4 * slots.Length];
        int pinned = 0;
        try
        {
            for (int i = 0; i < slots.Length; i++)
            {
                ref readonly UpdateSlot slot = ref slots[i];
                segments[i] = new UpdateSegment(
                    Pointer(slot.Parameter, pins, ref pinned),
                    Pointer(slot.Gradient, pins, ref pinned),
                    Pointer(slot.State0, pins, ref pinned),
                    Pointer(slot.State1, pins, ref pinned),
                    slot.Parameter.ElementCount);
            }

            Kernels.Cpu.Update.Run<TUpdate>(_pool, segments, coefficients);
        }
        finally
        {
            foreach (GCHandle pin in pins[..pinned])
            {
                pin.Free();
            }
        }

        Keep(slots);
    }

    // Memory of tensors never moves, but for that of a small result.
    private static unsafe float* Pointer(Tensor? tensor, Span<GCHandle> pins, ref int pinned)
    {
        if (tensor is null)
        {
            return null;
        }

        var memory = (CpuMemory<float>)tensor.Memory;
        if (!memory.IsPinned)
        {
            pins[pinned++] = memory.Pin();
        }

        return (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.Numbers));
    }

    // Pooled memory goes back when its tensor is found unreachable, which the compiler allows as soon as a span was taken from it. Whoever
    // works on spans calls this when done.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Keep(params ReadOnlySpan<Tensor?> tensors)
    {
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Keep(ReadOnlySpan<UpdateSlot> slots)
    {
    }
}
