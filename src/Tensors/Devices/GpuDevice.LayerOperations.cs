using Quern.Kernels;
using Quern.Kernels.Gpu;

namespace Quern.Tensors;

// Each operation launches the kernel of its name.
public sealed partial class GpuDevice
{
    // Grows to the largest batch of classes that was checked.
    private float[] _classes = [];

    internal override void Softmax(Tensor x, Tensor result)
    {
        if (result.ElementCount == 0)
        {
            return;
        }

        int columns = result.Shape[^1];
        int lanes = RowLanes.Count(_driver, columns);
        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.Softmax.LaunchForward(
            _driver, RowLanes.Covering(result.ElementCount / columns, lanes), View(x), columns, lanes, View(result));
    }

    internal override void SoftmaxBackward(Tensor outputGradient, Tensor output, Tensor inputGradient)
    {
        if (inputGradient.ElementCount == 0)
        {
            return;
        }

        int columns = output.Shape[^1];
        int lanes = RowLanes.Count(_driver, columns);
        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.Softmax.LaunchBackward(
            _driver,
            RowLanes.Covering(output.ElementCount / columns, lanes),
            View(outputGradient),
            View(output),
            columns,
            lanes,
            View(inputGradient));
    }

    internal override void LayerNorm(
        Tensor x, Tensor? weight, Tensor? bias, int columns, float epsilon, Tensor result, Tensor mean, Tensor inverseDeviation)
    {
        int lanes = RowLanes.Count(_driver, columns);
        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.LayerNorm.LaunchForward(
            _driver,
            RowLanes.Covering(mean.ElementCount, lanes),
            View(x),
            ViewOrNone(weight),
            ViewOrNone(bias),
            columns,
            lanes,
            epsilon,
            View(result),
            View(mean),
            View(inverseDeviation));
    }

    internal override void LayerNormBackward(
        Tensor outputGradient,
        Tensor x,
        Tensor? weight,
        Tensor mean,
        Tensor inverseDeviation,
        int columns,
        Tensor inputGradient,
        Tensor? weightProduct)
    {
        int lanes = RowLanes.Count(_driver, columns);
        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.LayerNorm.LaunchBackward(
            _driver,
            RowLanes.Covering(mean.ElementCount, lanes),
            View(outputGradient),
            View(x),
            ViewOrNone(weight),
            View(mean),
            View(inverseDeviation),
            columns,
            lanes,
            View(inputGradient),
            ViewOrNone(weightProduct));
    }

    internal override void Dropout(Tensor x, ulong seed, ulong stream, double probability, Tensor result)
    {
        uint threshold = Kernels.Cpu.Dropout.Threshold(probability);
        float scale = Kernels.Cpu.Dropout.Scale(probability);
        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.Dropout.LaunchRun(
            _driver,
            Covering(Division.RoundUp(result.ElementCount, 4)),
            (uint)seed,
            (uint)(seed >> 32),
            (uint)stream,
            (uint)(stream >> 32),
            threshold,
            scale,
            View(x),
            View(result));
    }

    internal override void Loss<TLoss>(
        Tensor output, Tensor target, double scale, float parameter, Tensor loss, Tensor? outputGradient, Tensor? targetGradient)
    {
        using Lock.Scope turn = _lock.EnterScope();
        _reductions.Loss<TLoss>(
            View(output), View(target), scale, parameter, View(loss), ViewOrNone(outputGradient), ViewOrNone(targetGradient));
    }

    internal override void CrossEntropy(
        Tensor output, Tensor target, double scale, Tensor loss, Tensor? inputGradient, in CrossEntropyOptions options = default)
    {
        int classes = output.Shape[1];
        bool targetIsClass = target.Rank == 1;
        using Lock.Scope turn = _lock.EnterScope();
        double sum = targetIsClass ? SumOfWeights(target, classes, options) : output.Shape[0];
        _reductions.CrossEntropy(
            View(output),
            View(target),
            classes,
            targetIsClass,
            options.Factor(scale, sum),
            View(loss),
            ViewOrNone(inputGradient),
            ViewOrNone(options.Weight),
            options.Smoothing,
            options.IgnoredNumber);
    }

    internal override void Norm(Tensor x, Tensor result, bool accumulate)
    {
        using Lock.Scope turn = _lock.EnterScope();
        _reductions.Norm(View(x), accumulate, View(result));
    }

    internal override void ClipNorm(Tensor x, Tensor norm, float maxNorm)
    {
        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.ClipNorm.LaunchRun(_driver, Covering(x.ElementCount), View(x), View(norm), maxNorm);
    }

    // A kernel cannot throw: the classes come to the host, a few hundred bytes for which the device's queue is waited out.
    private double SumOfWeights(Tensor target, int classes, in CrossEntropyOptions options)
    {
        int count = (int)target.ElementCount;
        if (_classes.Length < count)
        {
            _classes = new float[count];
        }

        Span<float> numbers = _classes.AsSpan(0, count);
        _driver.CopyToHost(View(target), numbers);
        return Kernels.Cpu.CrossEntropy.SumOfWeights(numbers, classes, options.HostWeight, options.IgnoredNumber);
    }
}
