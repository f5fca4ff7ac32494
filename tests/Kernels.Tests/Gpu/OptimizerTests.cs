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
