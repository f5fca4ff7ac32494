using Quern.Kernels;

namespace Quern.Tensors;

// Each operation hands the tensors' memory to the kernel of its name.
public sealed partial class CpuDevice
{
    internal override void LeakyRelu(Tensor x, float slope, Tensor result) =>
        Kernels.Cpu.LeakyRelu.Forward(_pool, x.AsSpan(), slope, result.AsSpan());

    internal override void LeakyReluBackward(Tensor outputGradient, Tensor x, float slope, Tensor inputGradient) =>
        Kernels.Cpu.LeakyRelu.Backward(_pool, outputGradient.AsSpan(), x.AsSpan(), slope, inputGradient.AsSpan());

    internal override void Gelu(Tensor x, bool approximate, Tensor result) =>
        Kernels.Cpu.Gelu.Forward(_pool, x.AsSpan(), approximate, result.AsSpan());

    internal override void GeluBackward(Tensor outputGradient, Tensor x, bool approximate, Tensor inputGradient) =>
        Kernels.Cpu.Gelu.Backward(_pool, outputGradient.AsSpan(), x.AsSpan(), approximate, inputGradient.AsSpan());

    internal override void Silu(Tensor x, Tensor result) => Kernels.Cpu.Silu.Forward(_pool, x.AsSpan(), result.AsSpan());

    internal override void SiluBackward(Tensor outputGradient, Tensor x, Tensor inputGradient) =>
        Kernels.Cpu.Silu.Backward(_pool, outputGradient.AsSpan(), x.AsSpan(), inputGradient.AsSpan());

    internal override void Softmax(Tensor x, Tensor result) =>
        Kernels.Cpu.Softmax.Forward(_pool, x.AsSpan(), x.Shape[^1], result.AsSpan());

    internal override void SoftmaxBackward(Tensor outputGradient, Tensor output, Tensor inputGradient) =>
        Kernels.Cpu.Softmax.Backward(_pool, outputGradient.AsSpan(), output.AsSpan(), output.Shape[^1], inputGradient.AsSpan());

    internal override void LayerNorm(
        Tensor x, Tensor? weight, Tensor? bias, int columns, float epsilon, Tensor result, Tensor mean, Tensor inverseDeviation) =>
        Kernels.Cpu.LayerNorm.Forward(
            _pool, x.AsSpan(), SpanOf(weight), SpanOf(bias), columns, epsilon, result.AsSpan(), mean.AsSpan(), inverseDeviation.AsSpan());

    internal override void LayerNormBackward(
        Tensor outputGradient,
        Tensor x,
        Tensor? weight,
        Tensor mean,
        Tensor inverseDeviation,
        int columns,
        Tensor inputGradient,
        Tensor? weightProduct) =>
        Kernels.Cpu.LayerNorm.Backward(
            _pool,
            outputGradient.AsSpan(),
            x.AsSpan(),
            SpanOf(weight),
            mean.AsSpan(),
            inverseDeviation.AsSpan(),
            columns,
            inputGradient.AsSpan(),
            SpanOf(weightProduct));

    internal override void Dropout(Tensor x, ulong seed, ulong stream, double probability, Tensor result) =>
        Kernels.Cpu.Dropout.Run(_pool, seed, stream, probability, x.AsSpan(), result.AsSpan());

    internal override void Bce(Tensor output, Tensor target, double scale, Tensor loss, Tensor? inputGradient) =>
        loss.AsSpan()[0] = Kernels.Cpu.Bce.Run(_pool, output.AsSpan(), target.AsSpan(), scale, SpanOf(inputGradient));

    internal override void BceWithLogits(Tensor output, Tensor target, double scale, Tensor loss, Tensor? inputGradient) =>
        loss.AsSpan()[0] = Kernels.Cpu.BceWithLogits.Run(_pool, output.AsSpan(), target.AsSpan(), scale, SpanOf(inputGradient));

    internal override void CrossEntropy(Tensor output, Tensor target, double scale, Tensor loss, Tensor? inputGradient) =>
        loss.AsSpan()[0] = Kernels.Cpu.CrossEntropy.Run(
            _pool, output.AsSpan(), target.AsSpan(), output.Shape[1], target.Rank == 1, scale, SpanOf(inputGradient));

    internal override void KlDivergence(
        Tensor mean, Tensor logVariance, double scale, Tensor loss, Tensor? meanGradient, Tensor? logVarianceGradient) =>
        loss.AsSpan()[0] = Kernels.Cpu.KlDivergence.Run(
            _pool, mean.AsSpan(), logVariance.AsSpan(), scale, SpanOf(meanGradient), SpanOf(logVarianceGradient));

    internal override void SquaredNorm(Tensor x, Tensor result, bool accumulate)
    {
        Span<float> sum = result.AsSpan();
        sum[0] = (float)(Kernels.Cpu.SquaredNorm.Run(_pool, x.AsSpan()) + (accumulate ? sum[0] : 0));
    }

    internal override void ClipNorm(Tensor x, Tensor squaredNorm, float maxNorm)
    {
        float factor = maxNorm / (MathF.Sqrt(squaredNorm.AsSpan()[0]) + 1e-6f);
        if (factor < 1)
        {
            Kernels.Cpu.Multiply.Run(_pool, x.AsSpan(), factor, x.AsSpan());
        }
    }

    internal override void BatchNormStatistics(Tensor x, int inner, Tensor mean, Tensor variance) =>
        Kernels.Cpu.BatchNorm.Statistics(_pool, x.AsSpan(), x.Shape[1], inner, mean.AsSpan(), variance.AsSpan());

    internal override void BatchNormRunning(
        Tensor mean, Tensor variance, long count, float momentum, Tensor runningMean, Tensor runningVariance) =>
        Kernels.Cpu.BatchNorm.Running(mean.AsSpan(), variance.AsSpan(), count, momentum, runningMean.AsSpan(), runningVariance.AsSpan());

    internal override void BatchNorm(
        Tensor x, Tensor mean, Tensor variance, float epsilon, Tensor? weight, Tensor? bias, int inner, Tensor result) =>
        Kernels.Cpu.BatchNorm.Forward(
            _pool, x.AsSpan(), mean.AsSpan(), variance.AsSpan(), epsilon, SpanOf(weight), SpanOf(bias), inner, result.AsSpan());

    internal override void BatchNormBackwardParameters(
        Tensor outputGradient, Tensor x, Tensor mean, Tensor variance, float epsilon, int inner, Tensor weightGradient, Tensor biasGradient) =>
        Kernels.Cpu.BatchNorm.BackwardParameters(
            _pool,
            outputGradient.AsSpan(),
            x.AsSpan(),
            mean.AsSpan(),
            variance.AsSpan(),
            epsilon,
            inner,
            weightGradient.AsSpan(),
            biasGradient.AsSpan());

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
        Tensor inputGradient) =>
        Kernels.Cpu.BatchNorm.Backward(
            _pool,
            outputGradient.AsSpan(),
            x.AsSpan(),
            mean.AsSpan(),
            variance.AsSpan(),
            epsilon,
            SpanOf(weight),
            SpanOf(weightGradient),
            SpanOf(biasGradient),
            inner,
            inputGradient.AsSpan());

    internal override void Conv2d(Tensor x, Tensor weight, Tensor? bias, in Window2d window, Tensor result) =>
        Kernels.Cpu.Conv2d.Forward(
            _pool, x.AsSpan(), weight.AsSpan(), SpanOf(bias), weight.Shape[1], weight.Shape[0], window, result.AsSpan());

    internal override void Conv2dInputGradient(
        Tensor outputGradient, Tensor weight, Tensor? bias, in Window2d window, Tensor inputGradient) =>
        Kernels.Cpu.Conv2d.InputGradient(
            _pool, outputGradient.AsSpan(), weight.AsSpan(), SpanOf(bias), weight.Shape[1], weight.Shape[0], window, inputGradient.AsSpan());

    internal override void Conv2dWeightGradient(
        Tensor x, Tensor outputGradient, in Window2d window, Tensor weightGradient, bool accumulate) =>
        Kernels.Cpu.Conv2d.WeightGradient(
            _pool,
            x.AsSpan(),
            outputGradient.AsSpan(),
            weightGradient.Shape[1],
            weightGradient.Shape[0],
            window,
            weightGradient.AsSpan(),
            accumulate);

    internal override void ChannelSum(Tensor x, int inner, Tensor result, bool accumulate) =>
        Kernels.Cpu.ChannelSum.Run(_pool, x.AsSpan(), inner, result.AsSpan(), accumulate);

    internal override void MaxPool2d(Tensor x, in Window2d window, Tensor result) =>
        Kernels.Cpu.MaxPool2d.Forward(_pool, x.AsSpan(), window, result.AsSpan());

    internal override void MaxPool2dBackward(Tensor outputGradient, Tensor x, in Window2d window, Tensor inputGradient) =>
        Kernels.Cpu.MaxPool2d.Backward(_pool, outputGradient.AsSpan(), x.AsSpan(), window, inputGradient.AsSpan());

    internal override void UpsampleNearest(Tensor x, int factor, Tensor result) =>
        Kernels.Cpu.UpsampleNearest.Forward(_pool, x.AsSpan(), x.Shape[^1], factor, result.AsSpan());

    internal override void UpsampleNearestBackward(Tensor outputGradient, int factor, Tensor inputGradient) =>
        Kernels.Cpu.UpsampleNearest.Backward(_pool, outputGradient.AsSpan(), inputGradient.Shape[^1], factor, inputGradient.AsSpan());

    private static Span<float> SpanOf(Tensor? tensor) => tensor is null ? default : tensor.AsSpan();
}
