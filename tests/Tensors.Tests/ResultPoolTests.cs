using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Quern.Tensors.Tests;

/// <summary>The processor's memory for results is used again, but never while something can see it. Alone in the process: the pool belongs to all of it.</summary>
[CollectionDefinition(nameof(ResultPoolTests), DisableParallelization = true)]
[Collection(nameof(ResultPoolTests))]
public sealed class ResultPoolTests
{
    // A length that no other test has in its class.
    private const int Length = 1_300_001;

    [Fact]
    public void Memory_of_results_that_nobody_refers_to_is_used_again()
    {
        Tensor x = Tensor.Ones([Length]);
        nint first = Forget(x);
        GC.Collect();
        Tensor result = x + 1;
        Assert.Equal(first, Address(result));
        Assert.Equal(2, result[Length - 1]);
    }

    [Fact]
    public void Memory_comes_back_without_a_collection_by_the_caller()
    {
        // 2 GB in all, and a collection at least every 64 MB. What other tests left behind comes back first, since it may take the places of these.
        Tensor x = Tensor.Ones([2_000_003]);
        GC.Collect();
        Forget(x);
        HashSet<nint> places = [];
        for (int i = 0; i < 250; i++)
        {
            places.Add(Forget(x));
        }

        Assert.InRange(places.Count, 1, 40);
    }

    [Fact]
    public void Sizes_in_use_stay_where_the_pool_is_full_of_others()
    {
        // More than the pool keeps, of a smaller size: what came back last is asked for again all the same.
        List<ResultPool.Block> small = [.. Enumerable.Range(0, 600).Select(_ => ResultPool.Rent(131_072))];
        small.ForEach(block => block.Release());
        List<ResultPool.Block> large = [.. Enumerable.Range(0, 4).Select(_ => ResultPool.Rent(2_000_003))];
        large.ForEach(block => block.Release());

        Assert.All(Enumerable.Range(0, 4), _ => Assert.Contains(ResultPool.Rent(2_000_003), large));
    }

    [Fact]
    public void Memory_of_results_that_live_is_never_handed_out_again()
    {
        Tensor x = Tensor.Ones([250_003]);
        List<Tensor> kept = [];
        for (int i = 0; i < 24; i++)
        {
            kept.Add(x + i);
            Forget(x);
        }

        for (int i = 0; i < kept.Count; i++)
        {
            Assert.Equal(1 + i, kept[i][0]);
            Assert.Equal(1 + i, kept[i][250_002]);
        }
    }

    [Fact]
    public void An_owner_that_a_finalizer_brings_back_to_life_keeps_its_memory()
    {
        Tensor x = Tensor.Ones([700_001]);
        Drop(x);
        for (int i = 0; i < 4; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Forget(x);
        }

        Assert.NotNull(Saved);
        Assert.Equal(8, Saved[700_000]);
    }

    [Fact]
    public void A_span_keeps_its_numbers_after_its_tensor_is_gone()
    {
        Tensor x = Tensor.Ones([70_001]);
        ReadOnlySpan<float> span = (x * 3).AsReadOnlySpan();
        for (int i = 0; i < 8; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            _ = x * 5;
        }

        Assert.Equal(-1, span.IndexOfAnyExcept(3f));
    }

    [Fact]
    public void Threads_that_make_and_drop_results_never_see_those_of_others()
    {
        Parallel.For(0, 8, thread =>
        {
            for (int i = 0; i < 300; i++)
            {
                Tensor x = Tensor.Full([500 + (thread * 100)], thread);
                Tensor sum = ((x + 1) * 2) - 2;
                if (sum.AsReadOnlySpan().IndexOfAnyExcept(2f * thread) >= 0)
                {
                    throw new InvalidOperationException($"Thread {thread} saw another's numbers.");
                }
            }
        });
    }

    [Theory]
    [InlineData(257)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(576)]
    [InlineData(577)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    [InlineData(1 << 24)]
    public void A_block_holds_as_many_numbers_as_were_asked_for_on_a_cache_line(int length)
    {
        ResultPool.Block block = ResultPool.Rent(length);
        Assert.InRange(block.Array.Length - block.Start, length, Math.Max(592, (int)(length * 1.13) + 32));
        block.Release();
        Assert.Same(block.Array, ResultPool.Rent(length).Array);
    }

    [Fact]
    public void Lengths_outside_the_classes_are_left_to_others()
    {
        Assert.False(ResultPool.Takes(0));
        Assert.False(ResultPool.Takes(256));
        Assert.True(ResultPool.Takes(257));
        Assert.True(ResultPool.Takes(1 << 24));
        Assert.False(ResultPool.Takes((1 << 24) + 1));
    }

    [Fact]
    public void Every_device_writes_all_of_a_result_that_has_nothing_to_add_up()
    {
        foreach (Device device in Device.All)
        {
            for (int i = 0; i < 4; i++)
            {
                Dirty(device);
                GC.Collect();
                GC.WaitForPendingFinalizers();
                Assert.All(Tensor.Zeros([20, 0], device).MatMul(Tensor.Zeros([0, 30], device)).ToArray(), value => Assert.Equal(0, value));
                Assert.All(Tensor.Zeros([0, 600], device).Sum(0).ToArray(), value => Assert.Equal(0, value));
                Assert.All(Tensor.Zeros([600, 0], device).Sum(1).ToArray(), value => Assert.Equal(0, value));
                Assert.All(Tensor.Zeros([600, 0], device).Mean(1).ToArray(), value => Assert.True(float.IsNaN(value)));
            }
        }
    }

    private static Tensor? Saved { get; set; }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static nint Forget(Tensor x) => Address(x + 1);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(Tensor x) => _ = new Saver(x + 7);

    private static nint Address(Tensor tensor) => Unsafe.ByteOffset(ref Unsafe.NullRef<float>(), ref MemoryMarshal.GetReference(tensor.Numbers));

    private sealed class Saver(Tensor tensor)
    {
        ~Saver() => Saved = tensor;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Dirty(Device device)
    {
        Tensor seven = Tensor.Full([600], 7, device);
        _ = seven.Add(seven);
        _ = seven[..600].Multiply(seven);
    }
}
