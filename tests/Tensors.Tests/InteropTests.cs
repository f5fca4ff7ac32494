using System.Diagnostics;
using System.Numerics.Tensors;
using System.Reflection;

namespace Quern.Tensors.Tests;

/// <summary>Tensors beside System.Numerics.Tensors, in both directions, and in a debugger.</summary>
public sealed class InteropTests
{
    [Fact]
    public void A_TensorSpan_shares_the_memory_of_a_tensor()
    {
        Tensor tensor = Tensor.From([1, 2, 3, 4, 5, 6], [2, 3]);
        TensorSpan<float> span = new(tensor.AsSpan(), [.. tensor.Shape]);
        Assert.Equal([2, 3], span.Lengths.ToArray());
        span[1, 2] = 60;
        Assert.Equal(60, tensor[1, 2]);
        ReadOnlyTensorSpan<float> read = new(tensor.AsReadOnlySpan(), [.. tensor.Shape]);
        Assert.Equal(4, read[1, 0]);
    }

    [Fact]
    public void A_tensor_takes_the_numbers_of_a_TensorSpan_whatever_its_strides()
    {
        // The left two of three columns.
        ReadOnlyTensorSpan<float> span = new([1, 2, 3, 4, 5, 6], [2, 2], [3, 1]);
        Tensor tensor = Tensor.Zeros((int)span.Lengths[0], (int)span.Lengths[1]);
        span.FlattenTo(tensor.AsSpan());
        Assert.Equal([1, 2, 4, 5], tensor.ToArray());
    }

    [Fact]
    public void A_debugger_shows_the_shape_and_the_numbers()
    {
        string display = typeof(Tensor).GetCustomAttribute<DebuggerDisplayAttribute>()!.Value;
        Assert.Equal("{DebuggerText,nq}", display);
        PropertyInfo text = typeof(Tensor).GetProperty("DebuggerText", BindingFlags.NonPublic | BindingFlags.Instance)!;
        Assert.Equal("Tensor [2, 3] cpu", text.GetValue(Tensor.Zeros(2, 3)));
        Assert.Equal("Tensor [] cpu 5", text.GetValue(Tensor.Scalar(5)));
        Assert.Equal(
            typeof(Tensor.DebuggerView).AssemblyQualifiedName, typeof(Tensor).GetCustomAttribute<DebuggerTypeProxyAttribute>()!.ProxyTypeName);
        Assert.Equal(5f, new Tensor.DebuggerView(Tensor.Scalar(5)).Values);
        Assert.Equal(new float[] { 1, 2 }, new Tensor.DebuggerView(Tensor.From(1, 2)).Values);
        Assert.Equal(new float[,] { { 1, 2 }, { 3, 4 } }, new Tensor.DebuggerView(Tensor.From([1, 2, 3, 4], [2, 2])).Values);
        var parts = (Tensor[])new Tensor.DebuggerView(Tensor.Arange(12).Reshape(3, 2, 2)).Values;
        Assert.Equal([8, 9, 10, 11], parts[2].ToArray());
        Assert.Equal([2, 2], parts[2].Shape);
    }
}
