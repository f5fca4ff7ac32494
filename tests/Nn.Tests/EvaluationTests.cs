using Quern.Mnist.Models;
using Quern.Nn.Tests.Gradients;
using Quern.Tensors;
using Quern.Tests.Shared;

namespace Quern.Nn.Tests;

/// <summary>A module in evaluation answers any number of threads at once, and what it returned stays what it was.</summary>
/// <remarks>Runs alone, since what other tests allocate counts too.</remarks>
[Collection(nameof(TrainingStepTests))]
public class EvaluationTests
{
    private const int Threads = 8;
    private const int RowsPerThread = 250;

    private static readonly Dictionary<string, (Shape Sample, Func<Generator, Device, Module> Make)> Networks = new()
    {
        ["mlp"] = ([64], (random, device) => new Sequential(
            new Linear(64, 64, random, device: device), new Relu(), new Linear(64, 8, random, device: device))),
        ["convolutional"] = ([1, 12, 12], (random, device) => new Sequential(
            new Conv2d(1, 6, 3, random, padding: 1, device: device), new Relu(), new MaxPool2d(2),
            new Conv2d(6, 8, 3, random, device: device), new Relu(), new Flatten(), new Linear(8 * 4 * 4, 10, random, device: device))),
        ["all layers"] = ([1, 8, 8], (random, device) => new Sequential(
            new Conv2d(1, 4, 3, random, padding: 1, device: device), new BatchNorm2d(4, device: device), new Silu(), new MaxPool2d(2),
            new ConvTranspose2d(4, 3, 3, random, stride: 2, padding: 1, outputPadding: 1, device: device), new Gelu(), new Upsample(2),
            new Flatten(), new Linear(3 * 16 * 16, 40, random, device: device), new BatchNorm1d(40, device: device), new LeakyRelu(), new Dropout(random),
            new LayerNorm([40], device: device), new Tanh(), new Relu(inPlace: true), new Linear(40, 24, random, device: device), new Sigmoid(),
            new Unflatten([2, 12]), new Linear(12, 12, random, device: device), new Relu(), new Conv1d(2, 4, 3, random, padding: 1, groups: 2, device: device),
            new MaxPool1d(2), new Flatten(), new Unflatten([4, 2, 3]), new AvgPool2d(2, 1), new Sequential(new Flatten(), new Sequential(new Dropout(random))),
            new GroupNorm(2, 8, device: device), new Residual(new Linear(8, 8, random, device: device)), new Residual(new Sequential(), new Tanh()),
            new Unflatten([4, 2]), new MultiheadAttention(2, 2, random, device: device), new MultiheadAttention(2, 1, random, causal: true, device: device), new Flatten(),
            new Concat(1, new Sequential(), new Tanh()), new Split(1, new Sequential(), new Dropout(random), new Sigmoid(), new Sequential(new Flatten())), new Softmax())),
        ["autoencoder"] = ([ImageAutoencoder.Pixels], (random, device) => new Autoencoder(random, device: device)),
        ["convolutional autoencoder"] = ([ImageAutoencoder.Pixels], (random, device) => new ConvAutoencoder(random, device: device)),
        ["variational autoencoder"] = ([ImageAutoencoder.Pixels], (random, device) => new VariationalAutoencoder(random, device: device)),
    };

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (Device device in Device.All)
            {
                foreach (string name in Networks.Keys)
                {
                    cases.Add(name, device.Name);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Eight_threads_get_what_one_gets_and_every_output_stays(string name, string deviceName)
    {
        Device device = Device.Parse(deviceName);
        (Shape sample, Module module) = Evaluating(name, device);
        const int Inputs = 16;
        Tensor[] inputs = [.. Enumerable.Range(0, Inputs).Select(i => Samples.Tensor([1, .. sample], i, device))];
        float[][] expected = [.. inputs.Select(input => module.Forward(input).ToArray())];
        int rows = device is CpuDevice ? RowsPerThread : 40;

        int wrong = 0;
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(thread => new Thread(() =>
        {
            List<Tensor> kept = [];
            for (int row = 0; row < rows; row++)
            {
                kept.Add(module.Forward(inputs[(row + thread) % Inputs]));
            }

            for (int row = 0; row < rows; row++)
            {
                if (!kept[row].ToArray().AsSpan().SequenceEqual(expected[(row + thread) % Inputs]))
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void Losses_are_evaluated_by_several_threads_at_once()
    {
        VariationalAutoencoder model = new(new Generator(1));
        model.Eval();
        Tensor[] images = [.. Enumerable.Range(0, 4).Select(i => Samples.Tensor([3, ImageAutoencoder.Pixels], i))];
        float[] expected = [.. images.Select(image => model.EvaluateLoss(image, image).Item())];
        Parallel.For(0, 200, i => Assert.Equal(expected[i % 4], model.EvaluateLoss(images[i % 4], images[i % 4]).Item()));
    }

    [Fact]
    public void A_call_allocates_three_small_objects_for_its_result_and_for_each_layer_between()
    {
        (Shape sample, Module module) = Evaluating("mlp", new CpuDevice(1));
        Tensor one = Samples.Tensor([1, .. sample], 1);
        Tensor many = Samples.Tensor([32, .. sample], 1);
        for (int i = 0; i < 100; i++)
        {
            module.Forward(one);
            module.Forward(many);
        }

        // A tensor, its memory, and the numbers (72 in all) or the lease of pooled memory.
        long ofOne = Allocations.LeastOf(() => module.Forward(one));
        long ofMany = Allocations.LeastOf(() => module.Forward(many));
        Assert.InRange(ofOne, 1, 2 * 200 + 72 * sizeof(float));
        Assert.InRange(ofMany, 1, 2 * 200 + 256 * sizeof(float));
    }

    [Fact]
    public void A_layer_given_its_own_output_is_right_in_evaluation_and_refused_in_training()
    {
        foreach (Device device in Device.All)
        {
            Tensor pictures = Samples.Tensor([2, 3, 8, 8], 1, device);
            foreach (Func<Module> make in (Func<Module>[])[
                () => new MaxPool2d(2), () => new MaxPool2d(3, 1, 1), () => new Conv2d(3, 3, 3, new Generator(1), padding: 1, device: device), () => new Upsample(1),
                () => new BatchNorm2d(3, device: device), () => new Silu(), () => new Tanh(), () => new Softmax(), () => new LayerNorm([8], device: device), () => new Dropout(new Generator(1))])
            {
                Module layer = make(), second = make();
                ArgumentException error = Assert.Throws<ArgumentException>(() => layer.Forward(layer.Forward(pictures)));
                Assert.Contains("own last result", error.Message, StringComparison.Ordinal);
                layer = make();
                layer.Eval();
                second.Eval();
                Assert.Equal(second.Forward(layer.Forward(pictures)).ToArray(), layer.Forward(layer.Forward(pictures)).ToArray());
            }
        }
    }

    [Theory]
    [InlineData(nameof(Sequential))]
    [InlineData(nameof(Residual))]
    [InlineData("shortcut")]
    [InlineData(nameof(Concat))]
    [InlineData(nameof(Split))]
    public void What_a_layer_of_ones_own_keeps_is_left_alone(string around)
    {
        Keeping keeping = new();
        Sequential path = new(new Linear(300, 300, new Generator(2)), keeping);
        Module middle = around switch
        {
            nameof(Residual) => new Residual(path),
            "shortcut" => new Residual(new Tanh(), path),
            nameof(Concat) => new Concat(1, new Tanh(), path),
            nameof(Split) => new Sequential(new Concat(1, new Tanh(), new Sigmoid()), new Split(1, keeping, new Linear(300, 300, new Generator(3)))),
            _ => path,
        };
        Sequential network = new(new Linear(300, 300, new Generator(1)), middle, new Tanh());
        network.Eval();
        for (int i = 0; i < 20; i++)
        {
            network.Forward(Samples.Tensor([2, 300], i));
        }

        Assert.Equal(keeping.Copies, keeping.Inputs.Select(input => input.ToArray()));
    }

    private static (Shape Sample, Module Module) Evaluating(string name, Device device)
    {
        (Shape sample, Func<Generator, Device, Module> make) = Networks[name];
        Module module = make(new Generator(3), device);
        module.Eval();
        return (sample, module);
    }

    private sealed class Keeping : Module
    {
        public List<Tensor> Inputs { get; } = [];

        public List<float[]> Copies { get; } = [];

        public override Tensor Forward(Tensor input)
        {
            Inputs.Add(input);
            Copies.Add(input.ToArray());
            return input;
        }

        public override Tensor Backward(Tensor outputGradient) => outputGradient;
    }
}
