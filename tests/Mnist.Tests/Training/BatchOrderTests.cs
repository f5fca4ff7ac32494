using Quern.Mnist.Training;

namespace Quern.Mnist.Tests.Training;

public class BatchOrderTests
{
    [Fact]
    public void Each_seed_and_each_epoch_has_an_order_of_its_own_that_can_be_repeated()
    {
        int[] order = Order(1, 0);

        Assert.Equal(Enumerable.Range(0, 1000), order.Order());
        Assert.NotEqual(Enumerable.Range(0, 1000), order);
        Assert.Equal(order, Order(1, 0));
        Assert.NotEqual(order, Order(2, 0));
        Assert.NotEqual(order, Order(1, 1));
    }

    private static int[] Order(ulong seed, int epoch)
    {
        int[] order = new int[1000];
        BatchOrder.Shuffle(seed, epoch, order);
        return order;
    }
}
