using Quern.Tensors;

namespace Quern.Nn.Tests;

/// <summary>The tensor that a loss is to write to is checked before anything is written, as that of every operation is.</summary>
public sealed class LossResultTests
{
    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor?, Tensor>> Operations = new()
    {
        ["MseLoss"] = new MseLoss().Forward,
        ["MseLoss.Evaluate"] = new MseLoss().Evaluate,
        ["BceLoss"] = new BceLoss().Forward,
        ["BceLoss.Evaluate"] = new BceLoss().Evaluate,
        ["BceWithLogitsLoss"] = new BceWithLogitsLoss().Forward,
        ["BceWithLogitsLoss.Evaluate"] = new BceWithLogitsLoss().Evaluate,
        ["CrossEntropyLoss"] = new CrossEntropyLoss().Forward,
        ["CrossEntropyLoss.Evaluate"] = new CrossEntropyLoss().Evaluate,
        ["KlDivergence"] = new KlDivergence().Forward,
        ["KlDivergence.Evaluate"] = new KlDivergence().Evaluate,
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Of_another_shape_it_is_refused(string name)
    {
        Tensor output = Tensor.Full([2, 3], 0.5f);
        Tensor target = Tensor.Full([2, 3], 0.25f);
        foreach (Tensor result in new[] { Tensor.Full([2], 7), Tensor.Full([0], 7), Tensor.Full([1, 1], 7), Tensor.Full([2, 3], 7) })
        {
            Assert.Equal(
                $"{name.Split('.')[0]}: the result is one number, and the tensor given for it has shape {result.Shape}. Give one of shape [] or [1], or none.",
                Assert.Throws<ShapeException>(() => Operations[name](output, target, result)).Message);
            Assert.All(result.ToArray(), value => Assert.Equal(7, value));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Of_no_axis_or_one_it_is_written_and_returned(string name)
    {
        Tensor output = Tensor.Full([2, 3], 0.5f);
        Tensor target = Tensor.Full([2, 3], 0.25f);
        float expected = Operations[name](output, target, null).Item();
        foreach (Tensor result in new[] { Tensor.Zeros([]), Tensor.Zeros([1]), Tensor.Zeros([3])[1..2] })
        {
            Assert.Same(result, Operations[name](output, target, result));
            Assert.Equal(expected, result.Item());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_may_not_share_memory_with_what_is_read(string name)
    {
        Tensor output = Tensor.Full([2, 3], 0.5f);
        Tensor target = Tensor.Full([2, 3], 0.25f);
        Assert.Contains(
            "which it would overwrite while it is read",
            Assert.Throws<ArgumentException>(() => Operations[name](output, target, output.Reshape(6)[5..])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "which it would overwrite while it is read",
            Assert.Throws<ArgumentException>(() => Operations[name](output, target, target.Reshape(6)[..1])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void It_may_not_share_memory_with_the_gradient()
    {
        MseLoss loss = new();
        Tensor output = Tensor.Full([2, 3], 0.5f);
        Tensor target = Tensor.Full([2, 3], 0.25f);
        loss.Forward(output, target);
        Tensor gradient = loss.Backward();
        Assert.Throws<ArgumentException>(() => loss.Forward(output, target, gradient.Reshape(6)[..1]));

        KlDivergence divergence = new();
        divergence.Forward(output, target);
        Assert.Throws<ArgumentException>(() => divergence.Forward(output, target, divergence.Backward().LogVarianceGradient.Reshape(6)[..1]));
    }

    [Fact]
    public void ClipNorm_refuses_a_result_that_is_a_gradient_or_no_single_number()
    {
        Parameter parameter = new(Tensor.Zeros([1]));
        Tensor gradient = parameter.AccumulateGradient(out _);
        gradient.Fill(3);
        Assert.StartsWith(
            "GradientClipping.ClipNorm: the result shares memory with a gradient",
            Assert.Throws<ArgumentException>(() => GradientClipping.ClipNorm([parameter], 1, gradient)).Message,
            StringComparison.Ordinal);
        Assert.Equal(
            "GradientClipping.ClipNorm: the result is one number, and the tensor given for it has shape [1, 1]. Give one of shape [] or [1], or none.",
            Assert.Throws<ShapeException>(() => GradientClipping.ClipNorm([parameter], 1, Tensor.Zeros([1, 1]))).Message);
        Assert.Equal(3, gradient.Item());
    }
}
