using Quern.Kernels.Cpu;

namespace Quern.Kernels.Tests.Cpu;

public class MseTests
{
    public static TheoryData<Activation, string> ActivationsOnTiers
    {
        get
        {
            TheoryData<Activation, string> data = [];
            foreach (Activation activation in Enum.GetValues<Activation>())
            {
                foreach (string tier in KernelTest.TierNames)
                {
                    data.Add(activation, tier);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(ActivationsOnTiers))]
    public void Loss_and_gradient_agree_with_the_plain_formula(Activation activation, string tier) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(2);
        foreach (int length in KernelTest.Lengths.Where(length => length > 0))
        {
            float[] output = KernelTest.Numbers(length, seed: 1, scale: 1);
            float[] target = KernelTest.Numbers(length, seed: 2, scale: 1);
            float[] gradient = new float[length + 1];
            gradient[^1] = -77;
            double exact = 0;
            for (int i = 0; i < length; i++)
            {
                exact += Math.Pow((double)output[i] - target[i], 2) / length;
            }

            float loss = Mse.ForwardBackward(pool, output, target, gradient.AsSpan(0, length), activation);
            Assert.Equal(1, loss / exact, 1e-6);
            Assert.Equal(1, Mse.Forward(pool, output, target) / exact, 1e-6);
            Assert.Equal(-77, gradient[^1]);
            for (int i = 0; i < length; i++)
            {
                double y = output[i];
                double derivative = activation switch
                {
                    Activation.Relu => y > 0 ? 1 : 0,
                    Activation.Sigmoid => y * (1 - y),
                    Activation.Tanh => 1 - (y * y),
                    _ => 1,
                };
                Assert.Equal((y - target[i]) * derivative, gradient[i] * length / 2.0, 1e-5);
            }
        }
    });

    [Fact]
    public void Loss_is_the_same_for_any_number_of_threads_and_nothing_is_allocated()
    {
        float[] output = KernelTest.Numbers(100_352, seed: 1);
        float[] target = KernelTest.Numbers(100_352, seed: 2);
        float[] gradient = new float[output.Length];
        KernelTest.AssertSameForAnyThreadCount(
            pool => [Mse.Forward(pool, output, target), Mse.ForwardBackward(pool, output, target, gradient, Activation.Sigmoid), .. gradient]);
        KernelTest.AssertAllocatesNothing(pool => Mse.ForwardBackward(pool, output, target, gradient, Activation.Sigmoid));
    }

    [Fact]
    public void No_elements_or_different_lengths_are_refused()
    {
        using WorkerPool pool = new(1);
        Assert.Throws<ArgumentException>(() => Mse.Forward(pool, [], []));
        Assert.Throws<ArgumentException>(() => Mse.Forward(pool, new float[2], new float[3]));
        Assert.Throws<ArgumentException>(() => Mse.ForwardBackward(pool, new float[3], new float[3], new float[2], Activation.None));
    }
}
