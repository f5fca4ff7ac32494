using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace Quern.Ilgpu;

/// <summary>Makes ILGPU's contexts, all in the same way.</summary>
internal static class IlgpuContext
{
    // Groups of 256, the largest that Quern's kernels use; by default ILGPU's processor allows 16.
    private const int WarpSize = 16;
    private const int Warps = 16;

    /// <summary>A context that knows the devices of one type.</summary>
    public static Context Create(AcceleratorType type) => Context.Create(builder =>
    {
        builder.EnableAlgorithms().Optimize(OptimizationLevel.O2);
        switch (type)
        {
            case AcceleratorType.Cuda:
                builder.Cuda();
                break;
            case AcceleratorType.OpenCL:
                OpenClLoader.Require();
                builder.OpenCL();
                break;
            default:
                builder.CPU(new CPUDevice(WarpSize, Warps, 1));
                break;
        }
    });

    /// <summary>Opens a device of a context.</summary>
    public static Accelerator Open(Context context, AcceleratorType type, int index) =>
        context.Devices.Where(device => device.AcceleratorType == type).ElementAt(index).CreateAccelerator(context);
}
