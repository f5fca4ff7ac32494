namespace Quern.Tensors.Tests;

/// <summary>A negative axis counts from the end, as in NumPy.</summary>
public sealed class NegativeAxisTests
{
    private static readonly Dictionary<string, Func<Tensor, int, Tensor>> Operations = new()
    {
        ["Sum"] = (x, axis) => x.Sum(axis),
        ["Mean"] = (x, axis) => x.Mean(axis: axis),
        ["Max"] = (x, axis) => x.Max(axis),
        ["Min"] = (x, axis) => x.Min(axis),
        ["Prod"] = (x, axis) => x.Prod(axis),
        ["ArgMax"] = (x, axis) => x.ArgMax(axis),
        ["ArgMin"] = (x, axis) => x.ArgMin(axis),
        ["Any"] = (x, axis) => x.Any(axis),
        ["All"] = (x, axis) => x.All(axis),
        ["Var"] = (x, axis) => x.Var(axis),
        ["Std"] = (x, axis) => x.Std(axis),
        ["Norm"] = (x, axis) => x.Norm(2, axis),
        ["LogSumExp"] = (x, axis) => x.LogSumExp(axis),
        ["Median"] = (x, axis) => x.Median(axis),
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_counts_from_the_end(string name)
    {
        Tensor x = Tensor.Random([2, 3, 5], new Generator(1));
        for (int axis = 0; axis < 3; axis++)
        {
            Tensor expected = Operations[name](x, axis);
            Tensor actual = Operations[name](x, axis - 3);
            Assert.Equal(expected.Shape, actual.Shape);
            Assert.Equal(expected.ToArray(), actual.ToArray());
        }

        Assert.Equal(Reduction.Named(name).Run(x, ^1, false, null).ToArray(), Operations[name](x, -1).ToArray());
    }

    [Fact]
    public void The_index_behind_the_last_axis_is_no_axis()
    {
        Assert.All(Reduction.All, operation => Assert.Throws<ArgumentOutOfRangeException>(() => operation.Run(Tensor.Ones([4, 3]), ^0, false, null)));
        Assert.All(Reduction.All, operation => Assert.Throws<ArgumentOutOfRangeException>(() => operation.Run(Tensor.Ones([4, 3]), ^3, false, null)));
    }

    [Fact]
    public void Operations_that_make_several_elements_along_an_axis_name_a_wrong_one() => Assert.All(
        AxisOperation.All,
        operation => Assert.StartsWith(
            $"{operation.Name[..operation.Name.IndexOf('(', StringComparison.Ordinal)]}: the tensor of shape [4, 3] has 2 axes, numbered from 0; there is no axis 2. -1 is the innermost.",
            Assert.Throws<ArgumentOutOfRangeException>(() => operation.Run(Tensor.Ones([4, 3]), 2)).Message,
            StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Beyond_the_axes_it_is_an_error_that_names_it(string name)
    {
        foreach (int axis in (ReadOnlySpan<int>)[2, -3, int.MinValue, int.MaxValue])
        {
            Assert.StartsWith(
                $"{name}: the tensor of shape [4, 3] has 2 axes, numbered from 0; there is no axis {axis}. -1 is the innermost.",
                Assert.Throws<ArgumentOutOfRangeException>(() => Operations[name](Tensor.Ones([4, 3]), axis)).Message,
                StringComparison.Ordinal);
        }
    }
}
