using System.Globalization;

namespace Quern.Tensors;

/// <summary>
/// Where tensors live and their operations run. <see cref="Cpu"/> is always there; <see cref="All"/> lists what this
/// machine has.
/// </summary>
public abstract partial class Device
{
    private static readonly Lazy<CpuDevice> DefaultCpu = new(() => new CpuDevice(Environment.ProcessorCount));
    private static readonly Lock ProvidersLock = new();
    private static readonly OpenClProvider OpenClProvider = new();

    // Replaced, never changed, so that reading needs no lock.
    private static volatile DeviceProvider[] _providers = [OpenClProvider];

    private protected Device(string name)
    {
        Name = name;
    }

    /// <summary>The processor, with as many threads as the machine has cores.</summary>
    public static CpuDevice Cpu => DefaultCpu.Value;

    /// <summary>
    /// The devices of this machine that can be used, the processor first; then those of providers that were registered, and those of
    /// OpenCL, where it is installed.
    /// </summary>
    public static IReadOnlyList<Device> All =>
        [Cpu, .. _providers.SelectMany(provider => provider.Numbers.Select(number => provider.TryGet(number, out _))).OfType<GpuDevice>()];

    /// <summary>
    /// The kinds of devices that this machine has none of, such as <c>cuda</c>, and why; so too the single devices that do not open, such
    /// as <c>cuda:1</c>.
    /// </summary>
    public static IReadOnlyList<(string Kind, string Reason)> Unavailable => [.. _providers.SelectMany(Missing)];

    /// <summary>How the device is named on a command line: <c>cpu</c>, <c>opencl:0</c>.</summary>
    public string Name { get; }

    /// <summary>A description of the device for people: the vendor's name, threads, memory.</summary>
    public abstract string Description { get; }

    /// <summary>
    /// The device to use when nobody chose one: what a registered provider prefers, such as the first CUDA device; otherwise the first
    /// GPU that OpenCL offers; otherwise the processor by its own kernels. A device that does not open is passed over.
    /// </summary>
    /// <remarks>
    /// The choice supposes that a GPU is faster than the processor. That was never measured: the GPU kernels have run on processors only, through
    /// OpenCL and ILGPU. <c>cpu</c> is the device whose speed is known.
    /// </remarks>
    public static Device Best()
    {
        foreach (DeviceProvider provider in _providers)
        {
            if (provider.Preferred is { } number && provider.TryGet(number, out _) is { } device)
            {
                return device;
            }
        }

        return Cpu;
    }

    /// <summary>Makes the devices of another package known: <see cref="All"/>, <see cref="Best"/> and <see cref="Parse"/> then find them.</summary>
    /// <param name="provider">
    /// The provider. It comes before OpenCL, and after those registered earlier; a second one of the same name is not taken.
    /// </param>
    public static void Register(DeviceProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        lock (ProvidersLock)
        {
            if (!_providers.Any(known => known.Name.Equals(provider.Name, StringComparison.OrdinalIgnoreCase)))
            {
                _providers = [.. _providers[..^1], provider, OpenClProvider];
            }
        }
    }

    /// <summary>A device of the system's OpenCL drivers. The same number gives the same device.</summary>
    /// <param name="index">The device's number, from 0.</param>
    /// <exception cref="DeviceException">OpenCL is not installed, or has no device of this number, or its driver failed.</exception>
    public static GpuDevice OpenCl(int index = 0) => OpenClProvider.Get(index);

    /// <summary>Finds a device by its name.</summary>
    /// <param name="name">
    /// <c>auto</c> for <see cref="Best"/>, or the name of a device: <c>cpu</c>, <c>opencl:1</c>; <c>opencl</c> alone is the first GPU, or the first
    /// device where no driver has a GPU. Upper or lower case.
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

        int colon = name.IndexOf(':', StringComparison.Ordinal);
        string kind = colon < 0 ? name : name[..colon];
        DeviceProvider? provider = _providers.FirstOrDefault(known => known.Name.Equals(kind, StringComparison.OrdinalIgnoreCase));
        if (provider is not null && colon < 0)
        {
            // Where there is none at all, opening says why.
            return provider.Get(provider.Preferred ?? provider.Numbers.FirstOrDefault());
        }

        if (provider is not null
            && int.TryParse(name[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && (provider.Numbers.Count == 0 || provider.Numbers.Contains(number)))
        {
            return provider.Get(number);
        }

        var names = _providers.SelectMany(known =>
            known.Numbers.Where(number => !known.IsRefused(number)).Select(number => FormattableString.Invariant($"{known.Name}:{number}")));
        string hint = kind.Equals("cuda", StringComparison.OrdinalIgnoreCase) && provider is null
            ? " CUDA devices come with the package Quern.Ilgpu."
            : string.Empty;
        throw new DeviceException(
            $"Device: '{name}' is not a device of this machine; it has {string.Join(", ", names.Prepend(Cpu.Name))}. Choose one of these, or auto.{hint}");
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

    // Memory that holds anything, for callers that write every element. Where it may be movable, a small result costs less.
    internal abstract DeviceMemory<float> AllocateUncleared(long length, bool movable);

    // Processors with different numbers of threads work on the same memory.
    internal virtual bool SharesMemoryWith(Device other) => this == other;

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private static IEnumerable<(string Kind, string Reason)> Missing(DeviceProvider provider)
    {
        if (provider.UnavailableReason is { } reason)
        {
            yield return (provider.Name, reason);
        }

        foreach (int number in provider.Numbers)
        {
            if (provider.TryGet(number, out string? refusal) is null)
            {
                yield return (FormattableString.Invariant($"{provider.Name}:{number}"), refusal!);
            }
        }
    }
}
