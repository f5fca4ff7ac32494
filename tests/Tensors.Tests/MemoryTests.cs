using System.Runtime.CompilerServices;

namespace Quern.Tensors.Tests;

public sealed class MemoryTests
{
    [Fact]
    public void Temporaries_do_not_pile_up()
    {
        // 2 GB of temporaries in all.
        Tensor x = Tensor.Ones([256, 1024]);
        long most = 0;
        for (int i = 0; i < 1000; i++)
        {
            x = (x + 1) - 1;
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false));
        }

        Assert.Equal(1, x[255, 1023]);
        Assert.True(most < 1L << 30, $"{most >> 20} MB were in use at a time.");
    }

    [Fact]
    public void A_tensor_that_nobody_refers_to_is_collected()
    {
        WeakReference reference = Abandon();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(reference.IsAlive);
    }

    [Fact]
    public void Operations_with_a_result_allocate_nothing()
    {
        Tensor x = Tensor.Ones([64, 64]);
        Tensor row = Tensor.Ones([64]);
        Tensor result = Tensor.Zeros([64, 64]);
        Tensor sums = Tensor.Zeros([64]);
        long allocated = 0;
        for (int i = 0; i < 3; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            x.Exp(result);
            x.Add(row, result);
            x.Multiply(x, result);
            x.MatMul(x, transposeRight: true, result: result);
            x.Sum(0, result: sums);
            x.Transpose(result);
            result.Fill(1);
            result.CopyFrom(x);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Abandon() => new(Tensor.Ones([1000]));
}
