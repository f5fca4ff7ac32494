using System.Text;

namespace Quern.Kernels.OpenCl;

/// <summary>What kind of processor an OpenCL device is.</summary>
public enum OpenClDeviceType
{
    /// <summary>Neither of the others, such as an FPGA.</summary>
    Other,

    /// <summary>The machine's own processor.</summary>
    Cpu,

    /// <summary>A graphics processor.</summary>
    Gpu,
}

/// <summary>One OpenCL device of this machine, as its driver describes it.</summary>
public sealed unsafe class OpenClDeviceInfo
{
    private OpenClDeviceInfo(int index, nint id, string platform)
    {
        Index = index;
        Id = id;
        Platform = platform;
        Name = ReadText(id, OpenClNative.DeviceName);
        Vendor = ReadText(id, OpenClNative.DeviceVendor);
        DriverVersion = ReadText(id, OpenClNative.DriverVersion);
        OpenClVersion = ReadText(id, OpenClNative.DeviceVersion);
        ulong type = Read<ulong>(id, OpenClNative.DeviceType);
        Type = (type & 4) != 0 ? OpenClDeviceType.Gpu : (type & 2) != 0 ? OpenClDeviceType.Cpu : OpenClDeviceType.Other;
        GlobalMemory = (long)Read<ulong>(id, OpenClNative.DeviceGlobalMemSize);
        LocalMemory = (long)Read<ulong>(id, OpenClNative.DeviceLocalMemSize);
        LargestBuffer = (long)Read<ulong>(id, OpenClNative.DeviceMaxMemAllocSize);
        ComputeUnits = (int)Read<uint>(id, OpenClNative.DeviceMaxComputeUnits);
        LargestGroup = (int)Read<nuint>(id, OpenClNative.DeviceMaxWorkGroupSize);
        HasDouble = ReadText(id, OpenClNative.DeviceExtensions).Split(' ').Contains("cl_khr_fp64");
        IsUsable = Read<uint>(id, OpenClNative.DeviceAvailable) != 0 && Read<uint>(id, OpenClNative.DeviceCompilerAvailable) != 0;
    }

    /// <summary>The device's number on this machine, from 0: the N of <c>opencl:N</c>.</summary>
    public int Index { get; }

    /// <summary>The driver that offers the device, such as <c>NVIDIA CUDA</c> or <c>Portable Computing Language</c>.</summary>
    public string Platform { get; }

    /// <summary>The device's name.</summary>
    public string Name { get; }

    /// <summary>The device's maker.</summary>
    public string Vendor { get; }

    /// <summary>The kind of processor.</summary>
    public OpenClDeviceType Type { get; }

    /// <summary>The driver's version.</summary>
    public string DriverVersion { get; }

    /// <summary>The version of OpenCL that the device follows, such as <c>OpenCL 1.2</c>, with the driver's remarks.</summary>
    public string OpenClVersion { get; }

    /// <summary>The device's memory, in bytes.</summary>
    public long GlobalMemory { get; }

    /// <summary>The memory that the work-items of one group share, in bytes.</summary>
    public long LocalMemory { get; }

    /// <summary>The largest buffer, in bytes.</summary>
    public long LargestBuffer { get; }

    /// <summary>How many groups run at once: the device's cores or multiprocessors.</summary>
    public int ComputeUnits { get; }

    /// <summary>How many work-items a group may have.</summary>
    public int LargestGroup { get; }

    /// <summary>Whether kernels may compute with <see cref="double"/> on it (<c>cl_khr_fp64</c>).</summary>
    public bool HasDouble { get; }

    /// <summary>Whether the device is free and its driver has a compiler.</summary>
    public bool IsUsable { get; }

    internal nint Id { get; }

    /// <summary>Lists the OpenCL devices of this machine, platform by platform; none is an empty list.</summary>
    /// <exception cref="OpenClException">The machine has no OpenCL loader, or a driver failed.</exception>
    public static IReadOnlyList<OpenClDeviceInfo> List()
    {
        OpenClLibrary.Require();
        uint platformCount = 0;
        OpenClStatus status = OpenClNative.GetPlatformIds(0, null, &platformCount);
        if (status == OpenClStatus.PlatformNotFound || platformCount == 0)
        {
            return [];
        }

        OpenClException.ThrowIfFailed(status, "clGetPlatformIDs");
        nint[] platforms = new nint[platformCount];
        fixed (nint* ids = platforms)
        {
            OpenClException.ThrowIfFailed(OpenClNative.GetPlatformIds(platformCount, ids, null), "clGetPlatformIDs");
        }

        List<OpenClDeviceInfo> devices = [];
        foreach (nint platform in platforms)
        {
            uint count = 0;
            status = OpenClNative.GetDeviceIds(platform, OpenClNative.DeviceTypeAll, 0, null, &count);
            if (status == OpenClStatus.DeviceNotFound || count == 0)
            {
                continue;
            }

            OpenClException.ThrowIfFailed(status, "clGetDeviceIDs");
            nint[] deviceIds = new nint[count];
            fixed (nint* ids = deviceIds)
            {
                OpenClException.ThrowIfFailed(
                    OpenClNative.GetDeviceIds(platform, OpenClNative.DeviceTypeAll, count, ids, null), "clGetDeviceIDs");
            }

            string platformName = ReadPlatformName(platform);
            foreach (nint id in deviceIds)
            {
                devices.Add(new OpenClDeviceInfo(devices.Count, id, platformName));
            }
        }

        return devices;
    }

    /// <summary>The device's index, name, kind and memory in one line.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"opencl:{Index} {Name} ({Platform}, {Type.ToString().ToUpperInvariant()}, {GlobalMemory / (1024.0 * 1024 * 1024):0.0} GiB, driver {DriverVersion})");

    private static T Read<T>(nint device, uint name)
        where T : unmanaged
    {
        T value = default;
        OpenClException.ThrowIfFailed(OpenClNative.GetDeviceInfo(device, name, (nuint)sizeof(T), &value, null), "clGetDeviceInfo");
        return value;
    }

    private static string ReadText(nint device, uint name)
    {
        nuint size = 0;
        OpenClException.ThrowIfFailed(OpenClNative.GetDeviceInfo(device, name, 0, null, &size), "clGetDeviceInfo");
        byte[] text = new byte[size];
        fixed (byte* bytes = text)
        {
            OpenClException.ThrowIfFailed(OpenClNative.GetDeviceInfo(device, name, size, bytes, null), "clGetDeviceInfo");
        }

        return ToText(text);
    }

    private static string ReadPlatformName(nint platform)
    {
        nuint size = 0;
        OpenClException.ThrowIfFailed(OpenClNative.GetPlatformInfo(platform, OpenClNative.PlatformName, 0, null, &size), "clGetPlatformInfo");
        byte[] text = new byte[size];
        fixed (byte* bytes = text)
        {
            OpenClException.ThrowIfFailed(
                OpenClNative.GetPlatformInfo(platform, OpenClNative.PlatformName, size, bytes, null), "clGetPlatformInfo");
        }

        return ToText(text);
    }

    private static string ToText(byte[] bytes) => Encoding.UTF8.GetString(bytes).TrimEnd('\0').Trim();
}
