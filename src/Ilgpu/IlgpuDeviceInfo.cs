using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace Quern.Ilgpu;

/// <summary>A device that ILGPU reaches.</summary>
/// <param name="Type">Which of ILGPU's accelerators runs it.</param>
/// <param name="Index">The device's number among those of its type, from 0.</param>
/// <param name="Description">The device's own name and its driver's.</param>
/// <param name="MemoryBytes">Its memory in bytes.</param>
public sealed record IlgpuDeviceInfo(AcceleratorType Type, int Index, string Description, long MemoryBytes)
{
    /// <summary>How <c>Device.Parse</c> names it: <c>cuda:0</c>, <c>ilgpu-opencl:0</c>, <c>ilgpu-cpu:0</c>.</summary>
    public string Name => FormattableString.Invariant($"{KindName(Type)}:{Index}");

    /// <summary>Lists the devices of one type; empty where there is no driver.</summary>
    /// <param name="type">The type.</param>
    public static IReadOnlyList<IlgpuDeviceInfo> List(AcceleratorType type)
    {
        using Context context = IlgpuContext.Create(type);
        return [.. context.Devices.Where(device => device.AcceleratorType == type).Select((device, index) => Describe(device, index))];
    }

    /// <summary>The part of a device's name before the colon.</summary>
    internal static string KindName(AcceleratorType type) => type switch
    {
        AcceleratorType.Cuda => "cuda",
        AcceleratorType.OpenCL => "ilgpu-opencl",
        _ => "ilgpu-cpu",
    };

    private static IlgpuDeviceInfo Describe(Device device, int index) => device switch
    {
        CudaDevice cuda => new(AcceleratorType.Cuda, index, $"{cuda.Name} (ILGPU, CUDA {cuda.DriverVersion}, {cuda.Architecture})", cuda.MemorySize),
        CLDevice openCl => new(AcceleratorType.OpenCL, index, $"{openCl.Name} (ILGPU, {openCl.PlatformName})", openCl.MemorySize),
        _ => new(AcceleratorType.CPU, index, "processor (ILGPU's debugger)", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes),
    };
}
