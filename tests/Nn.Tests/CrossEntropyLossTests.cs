using Quern.Tensors;

namespace Quern.Nn.Tests;

/// <summary>What cross entropy refuses, and batches of which nothing counts.</summary>
public class CrossEntropyLossTests
{
    [Fact]
    public void A_batch_of_ignored_samples_has_a_loss_and_a_gradient_of_zero()
    {
        foreach (Device device in Device.All)
        {
            CrossEntropyLoss loss = new(labelSmoothing: 0.1);
            Assert.Equal(0, loss.Forward(Tensor.Ones([2, 3], device), Tensor.Full([2], -100, device)).Item());
            Assert.Equal(new float[6], loss.Backward().ToArray());
        }
    }

    [Fact]
    public void What_a_sample_that_is_ignored_says_does_not_count()
    {
        foreach (Device device in Device.All)
        {
            CrossEntropyLoss loss = new(ignoreIndex: 7);
            Tensor output = Tensor.From([1, 2, 3, float.NaN, float.PositiveInfinity, float.NegativeInfinity], [2, 3], device);
            float with = loss.Forward(output, Tensor.From([1, 7], [2], device)).Item();
            float[] gradient = loss.Backward().ToArray();
            Assert.Equal(loss.Evaluate(output[..1], Tensor.From([1], [1], device)).Item(), with);
            Assert.Equal(new float[3], gradient[3..]);
            Assert.All(gradient[..3], value => Assert.NotEqual(0, value));
        }
    }

    [Fact]
    public void The_weights_are_copied_and_follow_the_output_to_its_device()
    {
        Tensor weight = Tensor.From(1.0, 3.0);
        CrossEntropyLoss loss = new(weight: weight);
        weight.Fill(0);
        foreach (Device device in Device.All)
        {
            // ln 2 for each sample, whatever the weights; the second counts three times in the gradient.
            Assert.Equal(Math.Log(2), loss.Forward(Tensor.Zeros([2, 2], device), Tensor.From([0, 1], [2], device)).Item(), 1e-6);
            Assert.Equal([-0.125f, 0.125f, 0.375f, -0.375f], loss.Backward().ToArray());
        }
    }

    [Fact]
    public void Options_that_cannot_be_are_refused()
    {
        Assert.StartsWith(
            "CrossEntropyLoss: the label smoothing is 1.5; it must be from 0 to 1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyLoss(labelSmoothing: 1.5)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyLoss(labelSmoothing: double.NaN));
        Assert.StartsWith(
            "CrossEntropyLoss: the weight of class 1 is -1; weights must be finite numbers of at least 0.",
            Assert.Throws<ArgumentException>(() => new CrossEntropyLoss(weight: Tensor.From(1.0, -1.0))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => new CrossEntropyLoss(weight: Tensor.Ones(2, 2)));
        Assert.Equal(
            "CrossEntropyLoss: the output has shape [1, 3], 3 classes, and the loss was made with weights of 2. Make it with a weight for each class.",
            Assert.Throws<ShapeException>(() => new CrossEntropyLoss(weight: Tensor.Ones(2)).Forward(Tensor.Ones(1, 3), Tensor.Zeros(1))).Message);
        Assert.Contains(
            "a class -100", Assert.Throws<ArgumentException>(() => new CrossEntropyLoss(ignoreIndex: 0).Forward(Tensor.Ones(1, 3), Tensor.Full([1], -100))).Message, StringComparison.Ordinal);
    }
}
