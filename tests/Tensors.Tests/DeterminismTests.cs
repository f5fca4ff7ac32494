using System.Runtime.CompilerServices;

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
    public void Operations_along_an_axis_do_not_depend_on_the_number_of_threads() => Assert.All(
        AxisOperation.All,
        operation =>
        {
            AssertSame(device => operation.Run(Numbers([331, 307], device, 1, operation.Low, operation.High), 0));
            AssertSame(device => operation.Run(Numbers([331, 307], device, 1, operation.Low, operation.High), 1));
        });

    [Fact]
    public void MatMul_does_not_depend_on_the_number_of_threads() =>
        AssertSame(device => Numbers([131, 307], device, 1).MatMul(Numbers([257, 307], device, 2), transposeRight: true));

    [Fact]
    public void Transpose_does_not_depend_on_the_number_of_threads() => AssertSame(device => Numbers([331, 307], device, 1).Transpose());

    [Fact]
    public void Threads_that_share_a_generator_get_a_stream_each()
    {
        // Two threads draw until one has seen the other go on between two draws of its own a hundred times, however busy the machine is:
        // each is an occasion to hand out a stream twice.
        Generator generator = new(1);
        StrongBox<ulong>[] counts = [new(), new()];
        ulong[] sums = [0, 0], squares = [0, 0];
        bool isOver = false;
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(me => new Thread(() =>
        {
            ulong sum = 0, square = 0, otherBefore = 0;
            int changes = 0;
            while (!Volatile.Read(ref isOver))
            {
                ulong stream = generator.NextStream();
                sum += stream;
                square += stream * stream;
                Volatile.Write(ref counts[me].Value, counts[me].Value + 1);
                ulong other = Volatile.Read(ref counts[1 - me].Value);
                if (other != otherBefore && ++changes == 100)
                {
                    Volatile.Write(ref isOver, true);
                }

                otherBefore = other;
            }

            (sums[me], squares[me]) = (sum, square);
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        // Those from 0 up, each once: so many, with their sum and that of their squares.
        ulong count = counts[0].Value + counts[1].Value, expectedSum = 0, expectedSquares = 0;
        for (ulong stream = 0; stream < count; stream++)
        {
            expectedSum += stream;
            expectedSquares += stream * stream;
        }

        Assert.Equal(count, generator.Stream);
        Assert.Equal((expectedSum, expectedSquares), (sums[0] + sums[1], squares[0] + squares[1]));
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
