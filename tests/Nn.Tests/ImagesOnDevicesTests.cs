using Quern.Nn.Tests.Gradients;
using Quern.Tensors;
using Quern.Tests.Shared;

namespace Quern.Nn.Tests;

/// <summary>A convolutional network learns on every device what it learns on the processor.</summary>
/// <remarks>Runs alone, since what other tests allocate counts too.</remarks>
[Collection(nameof(TrainingStepTests))]
public class ImagesOnDevicesTests
{
    private const int Steps = 12;

    public static TheoryData<string> Devices => [.. Device.All.Where(device => device is not CpuDevice).Select(device => device.Name).DefaultIfEmpty("none")];

    [Theory]
    [MemberData(nameof(Devices))]
    public void The_losses_are_those_of_the_processor_and_the_same_every_time(string name)
    {
        Device device = Named(name);
        float[] expected = new Network(Device.Cpu).Run();
        float[] losses = new Network(device).Run();
        Assert.True(losses[^1] < losses[0]);
        for (int step = 0; step < Steps; step++)
        {
            Assert.Equal(expected[step], losses[step], 1e-4 * expected[step]);
        }

        Assert.Equal(losses, new Network(device).Run());
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void A_step_allocates_nothing_on_the_managed_heap_after_the_first(string name)
    {
        Network network = new(Named(name));
        network.Step();
        network.Step();
        Assert.Equal(0, Allocations.LeastOf(() => network.Step()));
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void A_layer_on_another_device_than_its_input_is_refused_with_both_names(string name)
    {
        Device device = Named(name);
        Tensor pictures = Samples.Tensor([2, 3, 5, 5], 1, device);
        foreach (Module layer in (Module[])[new Conv2d(3, 2, 3, new Generator(1)), new BatchNorm2d(3), new ConvTranspose2d(3, 2, 3, new Generator(1))])
        {
            DeviceException error = Assert.Throws<DeviceException>(() => layer.Forward(pictures));
            Assert.Contains(device.Name, error.Message, StringComparison.Ordinal);
            Assert.Contains("cpu", error.Message, StringComparison.Ordinal);
            Assert.Contains("To(", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void A_transposed_convolution_of_one_number_may_have_output_padding(string name)
    {
        // What is beyond the positions of the window has the bias alone, and its gradient goes nowhere.
        Device device = Named(name);
        ConvTranspose2d layer = new(1, 1, 1, new Generator(1), outputPadding: 1, dilation: 2, device: device);
        layer.Weight.Value.Fill(2);
        layer.Bias!.Value.Fill(0.5f);
        Assert.Equal([2.5f, 4.5f, 0.5f, 6.5f, 8.5f, 0.5f, 0.5f, 0.5f, 0.5f], layer.Forward(Tensor.From([1, 2, 3, 4], [1, 1, 2, 2], device)).ToArray());
        Tensor gradient = Tensor.From([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3], device);
        Assert.Equal([2, 4, 8, 10], layer.Backward(gradient).ToArray());
        Assert.Equal([37], layer.Weight.Gradient.ToArray());
        Assert.Equal([45], layer.Bias.Gradient.ToArray());
    }

    private static Device Named(string name)
    {
        Assert.SkipWhen(name == "none", "The processor is the only device.");
        return Device.Parse(name);
    }

    /// <summary>An autoencoder of convolutions, there and back.</summary>
    private sealed class Network
    {
        private readonly Sequential _model;
        private readonly Adam _optimizer;
        private readonly MseLoss _loss = new();
        private readonly Tensor _pictures;
        private readonly Tensor _lossValue;

        public Network(Device device)
        {
            Generator random = new(5);
            _model = new Sequential(
                new Conv2d(1, 6, 3, random, padding: 1, device: device), new BatchNorm2d(6, device: device), new Relu(), new MaxPool2d(2),
                new Conv2d(6, 10, 3, random, stride: 2, padding: 1, device: device), new BatchNorm2d(10, device: device), new Relu(),
                new ConvTranspose2d(10, 6, 3, random, stride: 2, padding: 1, outputPadding: 1, groups: 2, device: device), new Relu(), new Upsample(2),
                new Conv2d(6, 5, (3, 1), random, padding: (1, 0), device: device), new AvgPool2d(3, 1, 1),
                new Conv2d(5, 1, 1, random, device: device));
            _optimizer = new Adam(_model.Parameters, 0.01f);
            _pictures = Samples.Tensor([9, 1, 12, 16], 1, device);
            _lossValue = Tensor.Zeros([], device);
        }

        public float Step()
        {
            float loss = _loss.Forward(_model.Forward(_pictures), _pictures, _lossValue).Item();
            _model.ZeroGradient();
            _model.BackwardParameters(_loss.Backward());
            _optimizer.Step();
            return loss;
        }

        public float[] Run() => [.. Enumerable.Range(0, Steps).Select(_ => Step())];
    }
}
