using Quern.Nn.Tests.Gradients;
using Quern.Tensors;
using Quern.Tests.Shared;

namespace Quern.Nn.Tests;

/// <summary>A network of all kinds of layers: the number of threads does not show, and a step allocates nothing.</summary>
/// <remarks>Runs alone, since what other tests allocate counts too.</remarks>
[Collection(nameof(TrainingStepTests))]
public class LayerDeterminismTests
{
    [Fact]
    public void Losses_and_gradients_are_the_same_to_the_bit_for_any_number_of_threads()
    {
        float[][] expected = new Network(1).Run();
        foreach (int threads in new[] { 1, 2, 3 })
        {
            Assert.Equal(expected, new Network(threads).Run());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_step_allocates_nothing_after_the_first(int threads)
    {
        Network network = new(threads);
        network.Step();
        network.Step();
        Assert.Equal(0, Allocations.LeastOf(() => network.Step()));
    }

    private sealed class Network
    {
        private readonly Sequential _model;
        private readonly AdamW _optimizer;
        private readonly CosineSchedule _schedule;
        private readonly CrossEntropyLoss _loss = new(weight: Tensor.Ones(10), labelSmoothing: 0.1);
        private readonly Tensor _images;
        private readonly Tensor _classes;
        private readonly Tensor _norm;
        private readonly Tensor _lossValue;

        public Network(int threads)
        {
            CpuDevice device = new(threads);
            Generator random = new(5);
            _model = new Sequential(
                new Conv2d(1, 8, 3, random, padding: 1, device: device), new BatchNorm2d(8, device: device), new Silu(), new MaxPool2d(2),
                new Conv2d(8, 12, 3, random, stride: 2, padding: 1, device: device), new LeakyRelu(),
                new ConvTranspose2d(12, 6, 3, random, stride: 2, padding: 1, outputPadding: 1, device: device), new Gelu(), new Upsample(2),
                new Flatten(), new Linear(6 * 28 * 28, 40, random, device: device), new BatchNorm1d(40, device: device), new Dropout(random, 0.2),
                new LayerNorm([40], device: device), new GroupNorm(4, 40, device: device),
                new Unflatten([5, 8]), new Residual(new MultiheadAttention(8, 2, random, causal: true, device: device)), new Flatten(),
                new Residual(new Sequential(new Linear(40, 40, random, device: device), new Tanh())), new Concat(1, new Split(1, (25, new Tanh()), (15, new Sequential())), new Linear(40, 5, random, device: device)),
                new Linear(45, 10, random, device: device));
            _optimizer = new AdamW(_model.Parameters);
            _schedule = new CosineSchedule(_optimizer, 100);
            _images = Samples.Tensor([37, 1, 28, 28], 1, device);
            _classes = Tensor.From([.. Enumerable.Range(0, 37).Select(i => (float)(i % 10))], [37], device);
            _norm = Tensor.Zeros([], device);
            _lossValue = Tensor.Zeros([], device);
        }

        public float Step()
        {
            float loss = _loss.Forward(_model.Forward(_images), _classes, _lossValue).Item();
            _model.ZeroGradient();
            _model.BackwardParameters(_loss.Backward());
            GradientClipping.ClipNorm(_model.Parameters, 1, _norm);
            _optimizer.Step();
            _schedule.Step();
            return loss;
        }

        public float[][] Run()
        {
            float[] losses = [Step(), Step(), Step()];
            Assert.True(losses[2] < losses[0]);
            return [losses, .. _model.Parameters.Select(parameter => parameter.Gradient.ToArray())];
        }
    }
}
