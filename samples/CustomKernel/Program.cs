using Quern.Kernels;
using Quern.Kernels.OpenCl;

try
{
    using OpenClDriver gpu = OpenClDriver.Open(0);
    using GpuBuffer memory = gpu.Allocate(10 * sizeof(float));
    var squares = new GpuView<float>(memory, 0, 10);
    Squares.LaunchFill(gpu, LaunchSize.Covering(10, group: 64), squares, 10);

    float[] result = new float[10];
    gpu.CopyToHost(squares, result);
    Console.WriteLine($"{gpu.Description}: {string.Join(' ', result)}");
    return 0;
}
catch (OpenClException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
