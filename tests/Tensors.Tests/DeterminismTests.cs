namespace Quern.Tensors.Tests;

/// <summary>The same bits for any number of threads, on work that is large enough for several pieces.</summary>
public sealed class DeterminismTests : IDisposable
{
    private readonly CpuDevice[] _devices = [new(1), new(2), new(3)];

    public void Dispose()
    {
        foreach (CpuDevice device in _devices)
        {
            device.Dispose();
        }
    }

    [Fact]
    public void Unary_operations_do_not_depend_on_the_number_of_threads() => Assert.All(
        UnaryOperation.All, operation => AssertSame(device => operation.Run(Numbers([331, 307], device, 1, operation.Low, operation.High), null)));

    [Fact]
    public void Binary_operations_do_not_depend_on_the_number_of_threads() => Assert.All(
        BinaryOperation.All,
        operation => AssertSame(device => operation.Run(
            Numbers([331, 307], device, 1, operation.Low, operation.High), Numbers([331, 1], device, 2, operation.Low, operation.High), null)));

    [Fact]
    public void Reductions_do_not_depend_on_the_number_of_threads() => Assert.All(
        Reduction.All,
        operation =>
        {
            AssertSame(device => operation.Run(Numbers([100_003], device, 1), 0, false, null));
            AssertSame(device => operation.Run(Numbers([331, 307], device, 1), 0, false, null));
            AssertSame(device => operation.Run(Numbers([331, 307], device, 1), 1, false, null));
            AssertSame(device => operation.RunWhole?.Invoke(Numbers([331, 307], device, 1)) ?? Tensor.Zeros([]));
        });

    [Fact]
    public void MatMul_does_not_depend_on_the_number_of_threads() =>
        AssertSame(device => Numbers([131, 307], device, 1).MatMul(Numbers([257, 307], device, 2), transposeRight: true));

    [Fact]
    public void Transpose_does_not_depend_on_the_number_of_threads() => AssertSame(device => Numbers([331, 307], device, 1).Transpose());

    [Fact]
    public void Threads_that_share_a_generator_get_a_stream_each()
    {
        const int Each = 500_000;
        Generator generator = new(1);
        ulong[][] streams = new ulong[4][];
        using Barrier start = new(streams.Length);
        Thread[] threads = [.. Enumerable.Range(0, streams.Length).Select(thread => new Thread(() =>
        {
            ulong[] taken = new ulong[Each];
            start.SignalAndWait();
            for (int i = 0; i < taken.Length; i++)
            {
                taken[i] = generator.NextStream();
            }

            streams[thread] = taken;
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(4UL * Each, generator.Stream);
        Assert.Equal(4 * Each, streams.SelectMany(taken => taken).Distinct().Count());
    }

    [Fact]
    public void Random_numbers_do_not_depend_on_the_number_of_threads()
    {
        AssertSame(device => Tensor.Random([100_003], new Generator(3), device: device));
        AssertSame(device => Tensor.RandomNormal([100_003], new Generator(3), device: device));
    }

    private static Tensor Numbers(Shape shape, Device device, int seed, float low = -4, float high = 4) =>
        Tensor.From(Plain.Numbers(shape.ElementCount, seed, low, high), shape, device);

    private void AssertSame(Func<Device, Tensor> run)
    {
        float[] expected = run(_devices[0]).ToArray();
        foreach (CpuDevice device in _devices)
        {
            Assert.Equal(expected, run(device).ToArray());
        }
    }
}
