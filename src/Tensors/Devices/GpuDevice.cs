using Quern.Kernels;
using Quern.Kernels.Gpu;

namespace Quern.Tensors;

/// <summary>
/// A GPU, or whatever else a <see cref="GpuDriver"/> reaches. Operations are queued in order and run asynchronously; only reading
/// a tensor and <see cref="Wait"/> wait for them.
/// </summary>
/// <remarks>
/// <para>The same operations on the same device give the same bits every time; another device may round otherwise.</para>
/// <para>It may be used from several threads: an operation is queued as a whole.</para>
/// </remarks>
public sealed partial class GpuDevice : Device
{
    // A kernel's work-items reach this far beyond the last element at most, and number them by int.
    private const int MaxLength = int.MaxValue - 4096;

    private readonly Lock _lock = new();
    private readonly GpuDriver _driver;
    private readonly MatMulLauncher _matMul;
    private readonly ReductionLauncher _reductions;
    private readonly ChannelLauncher _channels;
    private readonly Conv2dLauncher _conv2d;
    private readonly GpuBuffer _walk;

    /// <summary>Makes a device of a driver, which is used by this device alone from now on.</summary>
    /// <param name="driver">The driver.</param>
    public GpuDevice(GpuDriver driver)
        : base((driver ?? throw new ArgumentNullException(nameof(driver))).Name)
    {
        _driver = driver;
        _matMul = new MatMulLauncher(driver);
        _reductions = new ReductionLauncher(driver);
        _channels = new ChannelLauncher(driver);
        _conv2d = new Conv2dLauncher(driver, _matMul, _reductions);
        _walk = driver.Allocate(Broadcast.MaxWalkLength * sizeof(int));
    }

    /// <inheritdoc/>
    public override string Description =>
        FormattableString.Invariant($"{_driver.Description}, {_driver.MemoryBytes / (1024.0 * 1024 * 1024):0.0} GiB");

    /// <inheritdoc/>
    public override DeviceMemory<T> Allocate<T>(long length)
    {
        GpuMemory<T> memory = AllocateUncleared<T>(length);
        lock (_lock)
        {
            Clear(memory.Buffer);
        }

        return memory;
    }

    /// <inheritdoc/>
    public override DeviceMemory<T> Upload<T>(T[] elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        GpuMemory<T> memory = AllocateUncleared<T>(elements.Length);
        memory.CopyFrom(elements);
        return memory;
    }

    /// <inheritdoc/>
    public override void Wait()
    {
        using Lock.Scope turn = _lock.EnterScope();
        _driver.Wait();
    }

    internal void CopyToDevice<T>(ReadOnlySpan<T> source, GpuView<T> destination)
        where T : unmanaged
    {
        using Lock.Scope turn = _lock.EnterScope();
        _driver.CopyToDevice(source, destination);
    }

    internal void CopyToHost<T>(GpuView<T> source, Span<T> destination)
        where T : unmanaged
    {
        using Lock.Scope turn = _lock.EnterScope();
        _driver.CopyToHost(source, destination);
    }

    internal override DeviceMemory<float> AllocateUncleared(long length, bool movable) => AllocateUncleared<float>(length);

    private unsafe GpuMemory<T> AllocateUncleared<T>(long length)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > MaxLength)
        {
            throw new ShapeException(
                $"Device {Name}: {length} elements were asked for in one piece; kernels number at most {MaxLength}. Use several tensors.");
        }

        return new GpuMemory<T>(this, _driver.Allocate(length * sizeof(T)), length);
    }

    private void Clear(GpuBuffer buffer)
    {
        // Whole words as floats, then the bytes left over.
        long words = buffer.ByteCount / sizeof(float);
        long rest = buffer.ByteCount % sizeof(float);
        if (words > 0)
        {
            Kernels.Gpu.Fill.LaunchRun(_driver, Covering(words), new GpuView<float>(buffer, 0, words), 0);
        }

        if (rest > 0)
        {
            Kernels.Gpu.Fill.LaunchRunBytes(_driver, Covering(rest), new GpuView<byte>(buffer, words * sizeof(float), rest), 0);
        }
    }
}
