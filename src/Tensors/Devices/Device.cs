namespace Quern.Tensors;

/// <summary>
/// Where tensors live and their operations run. <see cref="Cpu"/> is always there; <see cref="All"/> lists what this
/// machine has.
/// </summary>
public abstract partial class Device
{
    private static readonly Lazy<CpuDevice> DefaultCpu = new(() => new CpuDevice(Environment.ProcessorCount));

    private protected Device(string name)
    {
        Name = name;
    }

    /// <summary>The processor, with as many threads as the machine has cores.</summary>
    public static CpuDevice Cpu => DefaultCpu.Value;

    /// <summary>The devices of this machine, the processor first.</summary>
    public static IReadOnlyList<Device> All => [Cpu];

    /// <summary>How the device is named on a command line: <c>cpu</c>, <c>opencl:0</c>.</summary>
    public string Name { get; }

    /// <summary>What the device is, for people: the vendor's name, threads, memory.</summary>
    public abstract string Description { get; }

    /// <summary>The device to use when nobody chose one: the fastest of <see cref="All"/>.</summary>
    public static Device Best() => Cpu;

    /// <summary>Finds a device by its name.</summary>
    /// <param name="name"><c>auto</c> for <see cref="Best"/>, or the name of a device: <c>cpu</c>. Upper or lower case.</param>
    /// <exception cref="DeviceException">There is no such device; the message lists those there are.</exception>
    public static Device Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Equals("auto", StringComparison.OrdinalIgnoreCase))
        {
            return Best();
        }

        foreach (Device device in All)
        {
            if (device.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return device;
            }
        }

        throw new DeviceException(
            $"Device: '{name}' is not a device of this machine; it has {string.Join(", ", All.Select(device => device.Name))}. Choose one of these, or auto.");
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
}
