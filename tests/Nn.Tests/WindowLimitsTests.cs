using Quern.Tensors;

namespace Quern.Nn.Tests;

/// <summary>Windows of any size: what an int cannot count is a clear error on every device, and all else is computed.</summary>
public class WindowLimitsTests
{
    public static TheoryData<string> Devices => [.. Device.All.Select(device => device.Name)];

    [Theory]
    [MemberData(nameof(Devices))]
    public void Outputs_that_are_none_or_too_large_are_refused(string name)
    {
        Device device = Device.Parse(name);
        Generator random = new(1);
        Tensor picture = Tensor.Ones([1, 1, 4, 4], device);
        Tensor empty = Tensor.Zeros([0, 1, 65_536, 65_536], device);
        AssertRefused(new Conv2d(1, 1, 3, random, dilation: int.MaxValue, device: device), picture, "Conv2d: the input has shape [1, 1, 4, 4]", "4294967295");
        AssertRefused(new Conv2d(1, 1, 3, random, padding: int.MaxValue, device: device), picture, "4294967296 by 4294967296");
        AssertRefused(new Conv2d(1, 1, 3, random, padding: 65_536, device: device), picture, "131074 by 131074");
        AssertRefused(new Conv2d(1, 1, 3, random, stride: int.MaxValue, padding: int.MaxValue, device: device), picture, "Use less padding");
        AssertRefused(new Conv2d(1, 1, 1, random, device: device), empty, "65536 by 65536");
        AssertRefused(new MaxPool2d(2), empty, "65536 by 65536");
        AssertRefused(new ConvTranspose2d(1, 1, 3, random, stride: int.MaxValue, device: device), picture, "ConvTranspose2d: the input has shape [1, 1, 4, 4]", "6442450944 by");
        AssertRefused(new ConvTranspose2d(1, 1, 3, random, dilation: int.MaxValue, device: device), picture, "4294967298 by");
        AssertRefused(new ConvTranspose2d(1, 1, 1, random, stride: 32_768, device: device), picture, "98305 by 98305");
        AssertRefused(new ConvTranspose2d(1, 1, 1, random, padding: int.MaxValue, device: device), picture, "no output is left");
        AssertRefused(new Upsample(int.MaxValue), picture, "Upsample: the input has shape [1, 1, 4, 4]", "8589934588 by");
        AssertRefused(new BatchNorm2d(1, device: device), empty, "BatchNorm2d: the input has shape [0, 1, 65536, 65536]", "4294967296 numbers in a sample");
        AssertRefused(Evaluating(new BatchNorm2d(1, device: device)), empty, "BatchNorm2d: the input has shape [0, 1, 65536, 65536]");
        AssertRefused(new Flatten(), empty, "Flatten: the input has shape [0, 1, 65536, 65536]", "4294967296");
    }

    [Fact]
    public void A_normalised_shape_that_is_too_large_is_refused() => Assert.Contains(
        "[65536, 65536]", Assert.Throws<ShapeException>(() => new LayerNorm([65_536, 65_536])).Message, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Devices))]
    public void A_stride_far_beyond_the_picture_is_one_position(string name)
    {
        Device device = Device.Parse(name);
        foreach (int stride in (int[])[10_000, 46_341, int.MaxValue])
        {
            Conv2d layer = new(1, 1, 3, new Generator(1), stride, device: device);
            layer.Weight.Value.Fill(2);
            layer.Bias!.Value.Fill(1);
            Assert.Equal([19], layer.Forward(Tensor.Ones([1, 1, 4, 4], device)).ToArray());
            float[] gradient = layer.Backward(Tensor.From([3], [1, 1, 1, 1], device)).ToArray();
            Assert.Equal([6, 6, 6, 0, 6, 6, 6, 0, 6, 6, 6, 0, 0, 0, 0, 0], gradient);
            Assert.Equal([3, 3, 3, 3, 3, 3, 3, 3, 3], layer.Weight.Gradient.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void A_pooling_window_far_beyond_the_picture_sees_all_of_it(string name)
    {
        Device device = Device.Parse(name);
        MaxPool2d layer = new(int.MaxValue, 1, int.MaxValue / 2);
        Tensor picture = Tensor.From([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3], [1, 1, 4, 4], device);
        Assert.All(layer.Forward(picture).ToArray(), value => Assert.Equal(9, value));
        Assert.Equal([0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], layer.Backward(Tensor.Ones([1, 1, 4, 4], device)).ToArray());
    }

    private static BatchNorm2d Evaluating(BatchNorm2d layer)
    {
        layer.Eval();
        return layer;
    }

    private static void AssertRefused(Module layer, Tensor input, params string[] parts)
    {
        string message = Assert.Throws<ShapeException>(() => layer.Forward(input)).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
