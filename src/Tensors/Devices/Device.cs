using System.Globalization;
using Quern.Kernels.OpenCl;

namespace Quern.Tensors;

/// <summary>
/// Where tensors live and their operations run. <see cref="Cpu"/> is always there; <see cref="All"/> lists what this
/// machine has.
/// </summary>
public abstract partial class Device
{
    private static readonly Lazy<CpuDevice> DefaultCpu = new(() => new CpuDevice(Environment.ProcessorCount));
    private static readonly Lazy<IReadOnlyList<OpenClDeviceInfo>> OpenClInfos = new(OpenClDeviceInfo.List);
    private static readonly Lock OpenClLock = new();
    private static readonly Dictionary<int, GpuDevice> OpenClDevices = [];

    private protected Device(string name)
    {
        Name = name;
    }

    /// <summary>The processor, with as many threads as the machine has cores.</summary>
    public static CpuDevice Cpu => DefaultCpu.Value;

    /// <summary>The devices of this machine that can be used, the processor first; then those of OpenCL, where it is installed.</summary>
    public static IReadOnlyList<Device> All => [Cpu, .. UsableOpenCl().Select(info => OpenCl(info.Index))];

    /// <summary>How the device is named on a command line: <c>cpu</c>, <c>opencl:0</c>.</summary>
    public string Name { get; }

    /// <summary>What the device is, for people: the vendor's name, threads, memory.</summary>
    public abstract string Description { get; }

    /// <summary>
    /// The device to use when nobody chose one: the first GPU that OpenCL offers, otherwise the processor by its own kernels. A
    /// processor that OpenCL offers is used only where it is asked for.
    /// </summary>
    public static Device Best()
    {
        OpenClDeviceInfo? gpu = UsableOpenCl().FirstOrDefault(info => info.Type == OpenClDeviceType.Gpu);
        return gpu is null ? Cpu : OpenCl(gpu.Index);
    }

    /// <summary>A device of the system's OpenCL drivers. The same number gives the same device.</summary>
    /// <param name="index">The device's number, from 0.</param>
    /// <exception cref="DeviceException">OpenCL is not installed, or has no device of this number, or its driver failed.</exception>
    public static GpuDevice OpenCl(int index = 0)
    {
        try
        {
            lock (OpenClLock)
            {
                if (!OpenClDevices.TryGetValue(index, out GpuDevice? device))
                {
                    device = new GpuDevice(OpenClDriver.Open(index));
                    OpenClDevices.Add(index, device);
                }

                return device;
            }
        }
        catch (OpenClException error)
        {
            throw new DeviceException($"Device opencl:{index.ToString(CultureInfo.InvariantCulture)}: {error.Message}", error);
        }
    }

    /// <summary>Finds a device by its name.</summary>
    /// <param name="name">
    /// <c>auto</c> for <see cref="Best"/>, or the name of a device: <c>cpu</c>, <c>opencl:1</c>; <c>opencl</c> alone is the first. Upper
    /// or lower case.
    /// </param>
    /// <exception cref="DeviceException">There is no such device; the message lists those there are.</exception>
    public static Device Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Equals("auto", StringComparison.OrdinalIgnoreCase))
        {
            return Best();
        }

        // The processor's name asks no driver.
        if (name.Equals(Cpu.Name, StringComparison.OrdinalIgnoreCase))
        {
            return Cpu;
        }

        IReadOnlyList<OpenClDeviceInfo> usable = UsableOpenCl();
        bool asksOpenCl = name.Equals("opencl", StringComparison.OrdinalIgnoreCase);
        if (asksOpenCl || name.StartsWith("opencl:", StringComparison.OrdinalIgnoreCase))
        {
            string number = asksOpenCl ? "0" : name["opencl:".Length..];
            bool isNumber = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int index);
            if (isNumber && (usable.Count == 0 || usable.Any(info => info.Index == index)))
            {
                return OpenCl(index);
            }
        }

        string names = string.Join(", ", usable.Select(info => FormattableString.Invariant($"opencl:{info.Index}")).Prepend(Cpu.Name));
        throw new DeviceException($"Device: '{name}' is not a device of this machine; it has {names}. Choose one of these, or auto.");
    }

    /// <summary>Memory on this device, filled with zeros.</summary>
    /// <param name="length">How many elements: zero or more.</param>
    /// <exception cref="ShapeException">More than the device holds in one piece.</exception>
    public abstract DeviceMemory<T> Allocate<T>(long length)
        where T : unmanaged;

    /// <summary>Memory on this device that holds the elements of an array.</summary>
    /// <param name="elements">The elements. The processor uses the array itself, so it must not change; other devices copy it.</param>
    public virtual DeviceMemory<T> Upload<T>(T[] elements)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(elements);
        DeviceMemory<T> memory = Allocate<T>(elements.Length);
        memory.CopyFrom(elements);
        return memory;
    }

    /// <summary>Waits until the device has done all that it was given.</summary>
    public abstract void Wait();

    // Processors with different numbers of threads work on the same memory.
    internal virtual bool SharesMemoryWith(Device other) => this == other;

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private static IReadOnlyList<OpenClDeviceInfo> UsableOpenCl()
    {
        try
        {
            return [.. OpenClInfos.Value.Where(info => info.IsUsable)];
        }
        catch (OpenClException)
        {
            // Nothing is installed, or it does not work: whoever asks for OpenCL by name is told.
            return [];
        }
    }
}
