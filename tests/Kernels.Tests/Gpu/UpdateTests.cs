using Quern.Kernels.Operators;
using Quern.Kernels.Tests.OpenCl;
using G = Quern.Kernels.Gpu;

namespace Quern.Kernels.Tests.Gpu;

/// <summary>The walk of optimizers over parameters on a GPU.</summary>
[Collection(OpenClCollection.Name)]
public sealed class UpdateTests(OpenClFixture fixture)
{
    // More than fit into a launch, some of more than one group or run, some of nothing.
    private static readonly int[] Lengths = [1, 5000, 0, 257, 256, 8193, 3, 0, 1000, 31];

    [Fact]
    public void Two_states_are_stepped_for_many_parameters_at_once_as_one_by_one() =>
        AssertSame<AdamOperator>([0.1f, 1.2f, 1e-8f, 0.1f, 0.999f, 0.001f, 0.1f, 0.99f]);

    [Fact]
    public void One_state_is_stepped_for_many_parameters_at_once_as_one_by_one() => AssertSame<SgdMomentumOperator>([0.01f, 0.1f, 0.9f, 1]);

    [Fact]
    public void No_state_is_needed() => AssertSame<SgdOperator>([0.01f, 0.1f]);

    private void AssertSame<TUpdate>(float[] coefficients)
        where TUpdate : struct, IUpdateOperator
    {
        foreach (GpuDriver driver in new GpuDriver[] { fixture.Driver, new AsGpu(fixture.Driver) })
        {
            using GpuMemory memory = new(driver);
            G.UpdateLauncher.Slot[] Slots() =>
            [
                .. Lengths.Select((length, i) => new G.UpdateLauncher.Slot(
                    memory.Upload(Numbers.Random(length, i)),
                    memory.Upload(Numbers.Random(length, 20 + i)),
                    TUpdate.StateCount > 0 ? memory.Upload(new float[length]) : default,
                    TUpdate.StateCount > 1 ? memory.Upload(new float[length]) : default)),
            ];
            G.UpdateLauncher.Slot[] together = Slots();
            G.UpdateLauncher.Slot[] apart = Slots();
            for (int step = 1; step <= 2; step++)
            {
                G.UpdateLauncher.Run<TUpdate>(driver, together, coefficients);
                foreach (G.UpdateLauncher.Slot slot in apart)
                {
                    G.UpdateLauncher.Run<TUpdate>(driver, [slot], coefficients);
                }
            }

            for (int i = 0; i < Lengths.Length; i++)
            {
                float[] parameter = memory.Download(together[i].Parameter);
                Assert.Equal(memory.Download(apart[i].Parameter), parameter);
                Assert.True(Lengths[i] == 0 || parameter[0] != Numbers.Random(Lengths[i], i)[0]);
                if (TUpdate.StateCount > 0)
                {
                    Assert.Equal(memory.Download(apart[i].State0), memory.Download(together[i].State0));
                }

                if (TUpdate.StateCount > 1)
                {
                    Assert.Equal(memory.Download(apart[i].State1), memory.Download(together[i].State1));
                }
            }
        }
    }
}
