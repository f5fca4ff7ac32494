using Quern.Kernels;
using Quern.Kernels.Gpu;

namespace Quern.Tensors;

// Batch normalisation, convolution, pooling and upsampling.
public sealed partial class GpuDevice
{
    internal override void BatchNormStatistics(Tensor x, int inner, Tensor mean, Tensor variance)
    {
        using Lock.Scope turn = _lock.EnterScope();
        _channels.Statistics(View(x), inner, View(mean), View(variance));
    }

    internal override void BatchNormRunning(
        Tensor mean, Tensor variance, long count, float momentum, Tensor runningMean, Tensor runningVariance)
    {
        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.BatchNorm.LaunchRunning(
            _driver,
            Covering(mean.ElementCount),
            View(mean),
            View(variance),
            (float)(count / (count - 1.0)),
            momentum,
            View(runningMean),
            View(runningVariance));
    }

    internal override void BatchNorm(
        Tensor x, Tensor mean, Tensor variance, float epsilon, Tensor? weight, Tensor? bias, int inner, Tensor result)
    {
        if (result.ElementCount == 0)
        {
            return;
        }

        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.BatchNorm.LaunchForward(
            _driver,
            PlaneRun.Covering(_driver, result.ElementCount / inner, inner),
            View(x),
            View(mean),
            View(variance),
            epsilon,
            ViewOrNone(weight),
            ViewOrNone(bias),
            inner,
            PlaneRun.Length(_driver, inner),
            View(result));
    }

    internal override void BatchNormBackwardParameters(
        Tensor outputGradient, Tensor x, Tensor mean, Tensor variance, float epsilon, int inner, Tensor weightGradient, Tensor biasGradient)
    {
        using Lock.Scope turn = _lock.EnterScope();
        _channels.BackwardParameters(
            View(outputGradient), View(x), View(mean), View(variance), epsilon, inner, View(weightGradient), View(biasGradient));
    }

    internal override void BatchNormBackward(
        Tensor outputGradient,
        Tensor x,
        Tensor mean,
        Tensor variance,
        float epsilon,
        Tensor? weight,
        Tensor? weightGradient,
        Tensor? biasGradient,
        int inner,
        Tensor inputGradient)
    {
        if (inputGradient.ElementCount == 0)
        {
            return;
        }

        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.BatchNorm.LaunchBackward(
            _driver,
            PlaneRun.Covering(_driver, inputGradient.ElementCount / inner, inner),
            View(outputGradient),
            View(x),
            View(mean),
            View(variance),
            epsilon,
            ViewOrNone(weight),
            ViewOrNone(weightGradient),
            ViewOrNone(biasGradient),
            (float)((double)mean.ElementCount / inputGradient.ElementCount),
            inner,
            PlaneRun.Length(_driver, inner),
            View(inputGradient));
    }

    internal override void Conv2d(Tensor x, Tensor weight, in Window2d window, Tensor result, in Epilogue<Tensor> epilogue)
    {
        using Lock.Scope turn = _lock.EnterScope();
        _conv2d.Forward(
            View(x), View(weight), ViewOf(epilogue), x.Shape[1], weight.Shape[0], window, View(result), x.Shape[1] / weight.Shape[1]);
    }

    internal override void Conv2dInputGradient(Tensor outputGradient, Tensor weight, in Window2d window, Tensor inputGradient, in Epilogue<Tensor> epilogue)
    {
        using Lock.Scope turn = _lock.EnterScope();
        int inputs = inputGradient.Shape[1];
        _conv2d.InputGradient(
            View(outputGradient), View(weight), ViewOf(epilogue), inputs, weight.Shape[0], window, View(inputGradient), inputs / weight.Shape[1]);
    }

    internal override void Conv2dWeightGradient(
        Tensor x, Tensor outputGradient, in Window2d window, Tensor weightGradient, bool accumulate, Tensor? biasGradient, bool accumulateBias)
    {
        using Lock.Scope turn = _lock.EnterScope();
        _conv2d.WeightGradient(
            View(x),
            View(outputGradient),
            x.Shape[1],
            weightGradient.Shape[0],
            window,
            View(weightGradient),
            accumulate,
            ViewOrNone(biasGradient),
            accumulateBias,
            x.Shape[1] / weightGradient.Shape[1]);
    }

    internal override void Conv2dTransposeBackward(
        Tensor x,
        Tensor outputGradient,
        Tensor weight,
        in Window2d window,
        Tensor weightGradient,
        bool accumulate,
        Tensor? biasGradient,
        bool accumulateBias,
        Tensor? result,
        in Epilogue<Tensor> epilogue)
    {
        using Lock.Scope turn = _lock.EnterScope();
        _conv2d.Backward(
            View(x),
            View(outputGradient),
            View(weight),
            x.Shape[1],
            weight.Shape[0],
            window,
            View(weightGradient),
            accumulate,
            ViewOrNone(biasGradient),
            accumulateBias,
            ViewOf(epilogue),
            ViewOrNone(result),
            transposed: true,
            x.Shape[1] / weight.Shape[1]);
    }

    internal override void ChannelSum(Tensor x, int inner, Tensor result, bool accumulate)
    {
        using Lock.Scope turn = _lock.EnterScope();
        _channels.Sum(View(x), inner, 1, accumulate, View(result));
    }

    internal override void MaxPool2d(Tensor x, in Window2d window, Tensor result)
    {
        using Lock.Scope turn = _lock.EnterScope();
        MaxPool2dLauncher.Forward(_driver, View(x), window, View(result));
    }

    internal override void MaxPool2dBackward(Tensor outputGradient, Tensor x, in Window2d window, Tensor inputGradient)
    {
        using Lock.Scope turn = _lock.EnterScope();
        MaxPool2dLauncher.Backward(_driver, View(outputGradient), View(x), window, View(inputGradient));
    }

    internal override void AvgPool2d(Tensor x, in Window2d window, bool countPadding, Tensor result)
    {
        using Lock.Scope turn = _lock.EnterScope();
        AvgPool2dLauncher.Forward(_driver, View(x), window, countPadding, View(result));
    }

    internal override void AvgPool2dBackward(Tensor outputGradient, in Window2d window, bool countPadding, Tensor inputGradient)
    {
        using Lock.Scope turn = _lock.EnterScope();
        AvgPool2dLauncher.Backward(_driver, View(outputGradient), window, countPadding, View(inputGradient));
    }

    internal override void UpsampleNearest(Tensor x, int factor, Tensor result)
    {
        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.UpsampleNearest.LaunchForward(
            _driver, Covering(x.ElementCount * factor), View(x), x.Shape[^1], factor, View(result));
    }

    internal override void UpsampleNearestBackward(Tensor outputGradient, int factor, Tensor inputGradient)
    {
        using Lock.Scope turn = _lock.EnterScope();
        Kernels.Gpu.UpsampleNearest.LaunchBackward(
            _driver, Covering(inputGradient.ElementCount), View(outputGradient), inputGradient.Shape[^1], factor, View(inputGradient));
    }

    private Epilogue<GpuView<float>> ViewOf(in Epilogue<Tensor> epilogue) =>
        new(ViewOrNone(epilogue.Bias), epilogue.Activation, ViewOrNone(epilogue.GradientOutput), epilogue.GradientActivation);
}
