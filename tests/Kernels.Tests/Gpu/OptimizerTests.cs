using Quern.Kernels.Cpu;
using Quern.Kernels.Tests.OpenCl;
using G = Quern.Kernels.Gpu;

namespace Quern.Kernels.Tests.Gpu;

/// <summary>The optimizers' steps against the CPU's.</summary>
[Collection(OpenClCollection.Name)]
public sealed unsafe class OptimizerTests(OpenClFixture fixture)
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(0.1, false)]
    [InlineData(0.1, true)]
    public void Adam_agrees_with_the_cpu(double weightDecay, bool decoupled)
    {
        const int Length = 1009;
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);
        AdamSettings settings = new(0.01, 0.9, 0.999, 1e-8, weightDecay, decoupled);
        float[] p = Numbers.Random(Length, 1);
        float[] g = Numbers.Random(Length, 2);
        float[] m = new float[Length];
        float[] v = new float[Length];
        GpuView<float> pView = memory.Upload(p);
        GpuView<float> gView = memory.Upload(g);
        GpuView<float> mView = memory.Upload(m);
        GpuView<float> vView = memory.Upload(v);
        for (int step = 1; step <= 3; step++)
        {
            fixed (float* pPointer = p, gPointer = g, mPointer = m, vPointer = v)
            {
                Adam.Step(pool, [new AdamSegment(pPointer, gPointer, mPointer, vPointer, Length)], settings, step);
            }

            G.AdamLauncher.Run(fixture.Driver, pView, gView, mView, vView, settings, step);
        }

        Numbers.AssertClose(p, memory.Download(pView), 1e-5f);
        Numbers.AssertClose(m, memory.Download(mView), 1e-5f);
        Numbers.AssertClose(v, memory.Download(vView), 1e-5f, 1e-9f);
    }

    [Fact]
    public void Adam_steps_many_parameters_at_once_as_one_by_one()
    {
        // More than fit into a launch, some of more than one group or run, some of nothing.
        int[] lengths = [1, 5000, 0, 257, 256, 8193, 3, 0, 1000, 31];
        AdamSettings settings = new(0.01, 0.9, 0.999, 1e-8, 0.1, Decoupled: true);
        foreach (GpuDriver driver in new GpuDriver[] { fixture.Driver, new AsGpu(fixture.Driver) })
        {
            using GpuMemory memory = new(driver);
            G.AdamLauncher.Slot[] Slots() =>
            [
                .. lengths.Select((length, i) => new G.AdamLauncher.Slot(
                    memory.Upload(Numbers.Random(length, i)),
                    memory.Upload(Numbers.Random(length, 20 + i)),
                    memory.Upload(new float[length]),
                    memory.Upload(new float[length]))),
            ];
            G.AdamLauncher.Slot[] together = Slots();
            G.AdamLauncher.Slot[] apart = Slots();
            for (int step = 1; step <= 2; step++)
            {
                G.AdamLauncher.Run(driver, together, settings, step);
                foreach (G.AdamLauncher.Slot slot in apart)
                {
                    G.AdamLauncher.Run(driver, slot.Parameter, slot.Gradient, slot.FirstMoment, slot.SecondMoment, settings, step);
                }
            }

            for (int i = 0; i < lengths.Length; i++)
            {
                float[] parameter = memory.Download(together[i].Parameter);
                Assert.Equal(memory.Download(apart[i].Parameter), parameter);
                Assert.Equal(memory.Download(apart[i].FirstMoment), memory.Download(together[i].FirstMoment));
                Assert.Equal(memory.Download(apart[i].SecondMoment), memory.Download(together[i].SecondMoment));
                Assert.True(lengths[i] == 0 || parameter[0] != Numbers.Random(lengths[i], i)[0]);
            }
        }
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(0.9, 0.1, false)]
    [InlineData(0.9, 0.1, true)]
    public void Sgd_agrees_with_the_cpu(double momentum, double weightDecay, bool nesterov)
    {
        const int Length = 1009;
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);
        SgdSettings settings = new(0.01, momentum, weightDecay, nesterov);
        float[] p = Numbers.Random(Length, 1);
        float[] g = Numbers.Random(Length, 2);
        float[] u = new float[Length];
        GpuView<float> pView = memory.Upload(p);
        GpuView<float> gView = memory.Upload(g);
        GpuView<float> uView = memory.Upload(u);
        for (int step = 1; step <= 3; step++)
        {
            fixed (float* pPointer = p, gPointer = g, uPointer = u)
            {
                Sgd.Step(pool, [new SgdSegment(pPointer, gPointer, uPointer, Length)], settings);
            }

            LaunchSize size = LaunchSize.Covering(Length, 64);
            if (momentum == 0)
            {
                G.Sgd.LaunchStep(fixture.Driver, size, pView, gView, 0.01f, (float)weightDecay);
            }
            else
            {
                G.Sgd.LaunchMomentumStep(fixture.Driver, size, pView, gView, uView, 0.01f, (float)weightDecay, (float)momentum, nesterov ? 1 : 0);
            }
        }

        Numbers.AssertClose(p, memory.Download(pView), 1e-5f);
        Numbers.AssertClose(u, memory.Download(uView), 1e-5f);
    }
}
