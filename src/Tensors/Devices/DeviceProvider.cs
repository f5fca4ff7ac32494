using Quern.Kernels;
using Quern.Kernels.OpenCl;

namespace Quern.Tensors;

/// <summary>A way to devices: finds them and opens their drivers. Those of other packages are made known by <see cref="Device.Register"/>.</summary>
public abstract class DeviceProvider
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, GpuDevice> _devices = [];
    private readonly Dictionary<int, string> _refused = [];

    /// <summary>What its devices are named by, before the colon and the number: <c>opencl</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The numbers of the devices that can be used; none where no driver is installed. It does not throw.</summary>
    public abstract IReadOnlyList<int> Numbers { get; }

    /// <summary>The device that <see cref="Device.Best"/> may take, or null where all are to be used only when asked for by name.</summary>
    public abstract int? Preferred { get; }

    /// <summary>Why there is no device, in a sentence or two, where <see cref="Numbers"/> is empty; null otherwise. It does not throw.</summary>
    public virtual string? UnavailableReason => Numbers.Count > 0 ? null : "There is no device of this kind.";

    /// <summary>Opens the driver of a device.</summary>
    /// <param name="number">The device's number.</param>
    /// <exception cref="DeviceException">There is no driver, or no such device, or it does not work; the message says which.</exception>
    protected abstract GpuDriver Open(int number);

    /// <summary>A device; the same number gives the same device.</summary>
    /// <exception cref="DeviceException">It does not open.</exception>
    internal GpuDevice Get(int number)
    {
        lock (_lock)
        {
            if (!_devices.TryGetValue(number, out GpuDevice? device))
            {
                device = new GpuDevice(Open(number));
                _devices.Add(number, device);
                _refused.Remove(number);
            }

            return device;
        }
    }

    /// <summary>Whether a device was tried and did not open.</summary>
    /// <param name="number">The device's number.</param>
    internal bool IsRefused(int number)
    {
        lock (_lock)
        {
            return _refused.ContainsKey(number);
        }
    }

    /// <summary>A device, or null where it does not open; that is tried once, and again whenever the device is asked for by name.</summary>
    /// <param name="number">The device's number.</param>
    /// <param name="refusal">Why it does not open, where it does not.</param>
    internal GpuDevice? TryGet(int number, out string? refusal)
    {
        lock (_lock)
        {
            if (_refused.TryGetValue(number, out refusal))
            {
                return null;
            }

            try
            {
                return Get(number);
            }
            catch (Exception error) when (error is DeviceException or OpenClException)
            {
                // A driver may list a device and not open it: another program has it for itself, or its memory is full.
                refusal = error.Message;
                _refused.Add(number, refusal);
                return null;
            }
        }
    }
}
