using Quern.Kernels;
using Quern.Kernels.Operators;

namespace Quern.Tensors;

// Each operation hands the tensors' memory to the kernel of its name.
public sealed partial class CpuDevice
{
    internal override void Softmax(Tensor x, Tensor result)
    {
        Kernels.Cpu.Softmax.Forward(_pool, x.Numbers, x.Shape[^1], result.Numbers);
        Keep(x, result);
    }

    internal override void SoftmaxBackward(Tensor outputGradient, Tensor output, Tensor inputGradient)
    {
        Kernels.Cpu.Softmax.Backward(_pool, outputGradient.Numbers, output.Numbers, output.Shape[^1], inputGradient.Numbers);
        Keep(outputGradient, output, inputGradient);
    }

    internal override void LayerNorm(
        Tensor x, Tensor? weight, Tensor? bias, int columns, float epsilon, Tensor result, Tensor mean, Tensor inverseDeviation)
    {
        Kernels.Cpu.LayerNorm.Forward(
            _pool, x.Numbers, SpanOf(weight), SpanOf(bias), columns, epsilon, result.Numbers, mean.Numbers, inverseDeviation.Numbers);
        Keep(x, weight, bias, result, mean, inverseDeviation);
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
        Kernels.Cpu.LayerNorm.Backward(
            _pool,
            outputGradient.Numbers,
            x.Numbers,
            SpanOf(weight),
            mean.Numbers,
            inverseDeviation.Numbers,
            columns,
            inputGradient.Numbers,
            SpanOf(weightProduct));
        Keep(outputGradient, x, weight, mean, inverseDeviation, inputGradient, weightProduct);
    }

    internal override void Dropout(Tensor x, ulong seed, ulong stream, double probability, Tensor result)
    {
        Kernels.Cpu.Dropout.Run(_pool, seed, stream, probability, x.Numbers, result.Numbers);
        Keep(x, result);
    }

    internal override void Loss<TLoss>(
        Tensor output, Tensor target, double scale, float parameter, Tensor loss, Tensor? outputGradient, Tensor? targetGradient)
    {
        loss.Numbers[0] = Kernels.Cpu.Loss.Run<TLoss>(
            _pool, output.Numbers, target.Numbers, scale, parameter, SpanOf(outputGradient), SpanOf(targetGradient));
        Keep(output, target, loss, outputGradient, targetGradient);
    }

    internal override void CrossEntropy(
        Tensor output, Tensor target, double scale, Tensor loss, Tensor? inputGradient, in CrossEntropyOptions options = default)
    {
        int classes = output.Shape[1];
        bool targetIsClass = target.Rank == 1;
        double sum = targetIsClass
            ? Kernels.Cpu.CrossEntropy.SumOfWeights(target.Numbers, classes, options.HostWeight, options.IgnoredNumber)
            : output.Shape[0];
        loss.Numbers[0] = Kernels.Cpu.CrossEntropy.Run(
            _pool,
            output.Numbers,
            target.Numbers,
            classes,
            targetIsClass,
            options.Factor(scale, sum),
            SpanOf(inputGradient),
            SpanOf(options.Weight),
            options.Smoothing,
            options.IgnoredNumber,
            hasCheckedClasses: true);
        Keep(output, target, loss, inputGradient, options.Weight);
    }

    internal override void Norm(Tensor x, Tensor result, bool accumulate)
    {
        Span<float> norm = result.Numbers;
        double before = accumulate ? norm[0] : 0;
        double added = Kernels.Cpu.Norm.Run(_pool, x.Numbers);
        norm[0] = (float)Math.Sqrt((before * before) + (added * added));
        Keep(x, result);
    }

    internal override void ClipNorm(Tensor x, Tensor norm, float maxNorm)
    {
        float factor = maxNorm / (norm.Numbers[0] + 1e-6f);
        if (factor < 1)
        {
            Binary<MultiplyOperator>(x, factor, x);
        }
        Keep(x, norm);
    }

    internal override void BatchNormStatistics(Tensor x, int inner, Tensor mean, Tensor variance)
    {
        Kernels.Cpu.BatchNorm.Statistics(_pool, x.Numbers, x.Shape[1], inner, mean.Numbers, variance.Numbers);
        Keep(x, mean, variance);
    }

    internal override void BatchNormRunning(
        Tensor mean, Tensor variance, long count, float momentum, Tensor runningMean, Tensor runningVariance)
    {
        Kernels.Cpu.BatchNorm.Running(mean.Numbers, variance.Numbers, count, momentum, runningMean.Numbers, runningVariance.Numbers);
        Keep(mean, variance, runningMean, runningVariance);
    }

    internal override void BatchNorm(
        Tensor x, Tensor mean, Tensor variance, float epsilon, Tensor? weight, Tensor? bias, int inner, Tensor result)
    {
        Kernels.Cpu.BatchNorm.Forward(
            _pool, x.Numbers, mean.Numbers, variance.Numbers, epsilon, SpanOf(weight), SpanOf(bias), inner, result.Numbers);
        Keep(x, mean, variance, weight, bias, result);
    }

    internal override void BatchNormBackwardParameters(
        Tensor outputGradient, Tensor x, Tensor mean, Tensor variance, float epsilon, int inner, Tensor weightGradient, Tensor biasGradient)
    {
        Kernels.Cpu.BatchNorm.BackwardParameters(
            _pool,
            outputGradient.Numbers,
            x.Numbers,
            mean.Numbers,
            variance.Numbers,
            epsilon,
            inner,
            weightGradient.Numbers,
            biasGradient.Numbers);
        Keep(outputGradient, x, mean, variance, weightGradient, biasGradient);
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
        Kernels.Cpu.BatchNorm.Backward(
            _pool,
            outputGradient.Numbers,
            x.Numbers,
            mean.Numbers,
            variance.Numbers,
            epsilon,
            SpanOf(weight),
            SpanOf(weightGradient),
            SpanOf(biasGradient),
            inner,
            inputGradient.Numbers);
        Keep(outputGradient, x, mean, variance, weight, weightGradient, biasGradient, inputGradient);
    }

    internal override void Conv2d(Tensor x, Tensor weight, in Window2d window, Tensor result, in Epilogue<Tensor> epilogue)
    {
        Kernels.Cpu.Conv2d.Forward(
            _pool, x.Numbers, weight.Numbers, SpanOf(epilogue.Bias), x.Shape[1], weight.Shape[0], window, result.Numbers, x.Shape[1] / weight.Shape[1]);
        Keep(x, weight, epilogue.Bias, result);
        Finish(result, epilogue);
    }

    internal override void Conv2dInputGradient(Tensor outputGradient, Tensor weight, in Window2d window, Tensor inputGradient, in Epilogue<Tensor> epilogue)
    {
        int inputs = inputGradient.Shape[1];
        Kernels.Cpu.Conv2d.InputGradient(
            _pool,
            outputGradient.Numbers,
            weight.Numbers,
            SpanOf(epilogue.Bias),
            inputs,
            weight.Shape[0],
            window,
            inputGradient.Numbers,
            inputs / weight.Shape[1]);
        Keep(outputGradient, weight, epilogue.Bias, inputGradient);
        Finish(inputGradient, epilogue);
    }

    internal override void Conv2dWeightGradient(
        Tensor x, Tensor outputGradient, in Window2d window, Tensor weightGradient, bool accumulate, Tensor? biasGradient, bool accumulateBias)
    {
        Kernels.Cpu.Conv2d.WeightGradient(
            _pool,
            x.Numbers,
            outputGradient.Numbers,
            x.Shape[1],
            weightGradient.Shape[0],
            window,
            weightGradient.Numbers,
            accumulate,
            x.Shape[1] / weightGradient.Shape[1]);
        Keep(x, outputGradient, weightGradient);
        if (biasGradient is not null)
        {
            ChannelSum(outputGradient, window.OutputArea, biasGradient, accumulateBias);
        }
    }

    internal override void ChannelSum(Tensor x, int inner, Tensor result, bool accumulate)
    {
        Kernels.Cpu.ChannelSum.Run(_pool, x.Numbers, inner, result.Numbers, accumulate);
        Keep(x, result);
    }

    internal override void MaxPool2d(Tensor x, in Window2d window, Tensor result)
    {
        Kernels.Cpu.MaxPool2d.Forward(_pool, x.Numbers, window, result.Numbers);
        Keep(x, result);
    }

    internal override void MaxPool2dBackward(Tensor outputGradient, Tensor x, in Window2d window, Tensor inputGradient)
    {
        Kernels.Cpu.MaxPool2d.Backward(_pool, outputGradient.Numbers, x.Numbers, window, inputGradient.Numbers);
        Keep(outputGradient, x, inputGradient);
    }

    internal override void AvgPool2d(Tensor x, in Window2d window, bool countPadding, Tensor result)
    {
        Kernels.Cpu.AvgPool2d.Forward(_pool, x.Numbers, window, countPadding, result.Numbers);
        Keep(x, result);
    }

    internal override void AvgPool2dBackward(Tensor outputGradient, in Window2d window, bool countPadding, Tensor inputGradient)
    {
        Kernels.Cpu.AvgPool2d.Backward(_pool, outputGradient.Numbers, window, countPadding, inputGradient.Numbers);
        Keep(outputGradient, inputGradient);
    }

    internal override void UpsampleNearest(Tensor x, int factor, Tensor result)
    {
        Kernels.Cpu.UpsampleNearest.Forward(_pool, x.Numbers, x.Shape[^1], factor, result.Numbers);
        Keep(x, result);
    }

    internal override void UpsampleNearestBackward(Tensor outputGradient, int factor, Tensor inputGradient)
    {
        Kernels.Cpu.UpsampleNearest.Backward(_pool, outputGradient.Numbers, inputGradient.Shape[^1], factor, inputGradient.Numbers);
        Keep(outputGradient, inputGradient);
    }

    private static Span<float> SpanOf(Tensor? tensor) => tensor is null ? default : tensor.Numbers;

    // What is left of an epilogue once the bias is added, in place.
    private void Finish(Tensor result, in Epilogue<Tensor> epilogue)
    {
        switch (epilogue.Activation)
        {
            case Activation.Relu:
                Unary<ReluOperator>(result, result);
                break;
            case Activation.Sigmoid:
                Unary<SigmoidOperator>(result, result);
                break;
            case Activation.Tanh:
                Unary<TanhOperator>(result, result);
                break;
        }

        if (epilogue.GradientOutput is { } output)
        {
            switch (epilogue.GradientActivation)
            {
                case Activation.Relu:
                    Binary<ReluGradientOperator>(result, output, result);
                    break;
                case Activation.Sigmoid:
                    Binary<SigmoidGradientOperator>(result, output, result);
                    break;
                case Activation.Tanh:
                    Binary<TanhGradientOperator>(result, output, result);
                    break;
            }
        }
    }
}
