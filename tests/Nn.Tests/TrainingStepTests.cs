using Quern.Mnist.Models;
using Quern.Nn.Tests.Parity;
using Quern.Tensors;
using Quern.Tests.Shared;

namespace Quern.Nn.Tests;

/// <summary>What holds for every training step: it allocates nothing, and the number of threads does not show.</summary>
/// <remarks>Runs alone, since what other tests allocate counts too.</remarks>
[Collection(nameof(TrainingStepTests))]
[CollectionDefinition(nameof(TrainingStepTests), DisableParallelization = true)]
public class TrainingStepTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_training_step_allocates_nothing_after_the_first(int threads, bool sgd)
    {
        Training training = new(threads, sgd);
        training.Epoch();
        Assert.Equal(0, Allocations.LeastOf(() => training.Epoch()));
    }

    [Fact]
    public void Losses_and_parameters_are_the_same_to_the_bit_for_any_number_of_threads_and_in_every_run()
    {
        (float[] losses, float[][] parameters) = new Training(threads: 1).Run();
        Assert.Equal(losses.Length, losses.Distinct().Count());
        foreach (int threads in new[] { 1, 2, 2, 3, 3 })
        {
            (float[] otherLosses, float[][] otherParameters) = new Training(threads).Run();
            Assert.Equal(losses, otherLosses);
            Assert.Equal(parameters, otherParameters);
        }
    }

    /// <summary>An autoencoder and an epoch of three batches, the last of which is smaller.</summary>
    private sealed class Training
    {
        private const int BatchSize = 53;

        private readonly Autoencoder _model;
        private readonly Optimizer _optimizer;
        private readonly MseLoss _loss = new();
        private readonly Tensor[] _batches;
        private readonly Tensor _lossValue;
        private readonly float[] _losses;

        public Training(int threads, bool sgd = false)
        {
            CpuDevice device = new(threads);
            _model = new Autoencoder(new Generator(4), device: device);
            _optimizer = sgd ? new Sgd(_model.Parameters, 0.1f, 0.9f) : new Adam(_model.Parameters, weightDecay: 1e-4f);
            Tensor images = ParityFormulas.Images(0, (2 * BatchSize) + 11, device);
            _batches = [images[..BatchSize], images[BatchSize..(2 * BatchSize)], images[(2 * BatchSize)..]];
            _lossValue = Tensor.Zeros([], device);
            _losses = new float[_batches.Length];
        }

        public void Epoch()
        {
            for (int batch = 0; batch < _batches.Length; batch++)
            {
                Step(batch);
            }
        }

        public void Step(int batch)
        {
            Tensor images = _batches[batch];
            _losses[batch] = _loss.Forward(_model.Forward(images), images, _lossValue).Item();
            _model.ZeroGradient();
            _model.BackwardParameters(_loss.Backward());
            _optimizer.Step();
        }

        public (float[] Losses, float[][] Parameters) Run()
        {
            List<float> losses = [];
            for (int epoch = 0; epoch < 3; epoch++)
            {
                Epoch();
                losses.AddRange(_losses);
            }

            return ([.. losses], [.. _model.Parameters.Select(parameter => parameter.Value.ToArray())]);
        }
    }
}
