using ILGPU.Runtime;

namespace Quern.Ilgpu;

/// <summary>Makes ILGPU's devices known to <see cref="Tensors.Device"/>.</summary>
public static class IlgpuDevices
{
    /// <summary>
    /// Adds <c>cuda</c>, <c>ilgpu-opencl</c> and <c>ilgpu-cpu</c> to the devices that <c>Device.All</c>, <c>Device.Best</c> and
    /// <c>Device.Parse</c> find. Call it once, before these; again, it does nothing.
    /// </summary>
    public static void Register()
    {
        Tensors.Device.Register(new IlgpuProvider(AcceleratorType.Cuda));
        Tensors.Device.Register(new IlgpuProvider(AcceleratorType.OpenCL));
        Tensors.Device.Register(new IlgpuProvider(AcceleratorType.CPU));
    }
}
