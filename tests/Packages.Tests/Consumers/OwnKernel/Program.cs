using Quern.Kernels;
using Quern.Kernels.Language;
using Quern.Kernels.OpenCl;

Console.WriteLine(Saxpy.RunKernel.EntryPoint);
try
{
    using OpenClDriver gpu = OpenClDriver.Open(0);
    float[] x = [1, 2, 3, 4, 5];
    float[] y = [10, 20, 30, 40, 50];
    using GpuBuffer xMemory = gpu.Allocate(x.Length * sizeof(float));
    using GpuBuffer yMemory = gpu.Allocate(y.Length * sizeof(float));
    GpuView<float> xView = new(xMemory, 0, x.Length);
    GpuView<float> yView = new(yMemory, 0, y.Length);
    gpu.CopyToDevice<float>(x, xView);
    gpu.CopyToDevice<float>(y, yView);
    Saxpy.LaunchRun(gpu, LaunchSize.Covering(x.Length, group: 4), 2, xView, yView, x.Length);
    gpu.CopyToHost(yView, y);
    Console.WriteLine(string.Join(' ', y));
    return 0;
}
catch (OpenClException error)
{
    Console.WriteLine($"no device: {error.Message}");
    return 0;
}

internal static partial class Saxpy
{
    [Kernel]
    public static void Run(float a, ArrayView<float> x, ArrayView<float> y, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            y[i] = (a * x[i]) + y[i];
        }
    }
}
