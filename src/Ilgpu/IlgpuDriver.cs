using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using Quern.Kernels;
using Quern.Tensors;
using Kernel = Quern.Kernels.Kernel;

namespace Quern.Ilgpu;

/// <summary>A device reached through ILGPU: one accelerator with its default stream, a pool of memory, page-locked memory for copies.</summary>
/// <remarks>
/// One thread at a time may copy, launch and wait. Buffers may be allocated and disposed on any thread, the finalizer's among them. After
/// its first launch a kernel launches without allocating here.
/// </remarks>
public sealed class IlgpuDriver : GpuDriver
{
    // Copies go by way of page-locked memory, which the device reads by itself.
    private const int StagingBytes = 4 << 20;
    private const int StagingAlignment = 64;

    private readonly IlgpuDeviceInfo _device;
    private readonly Context _context;
    private readonly Accelerator _accelerator;
    private readonly AcceleratorStream _stream;
    private readonly MemoryPool _pool;
    private readonly KernelCompiler _compiler;
    private readonly Dictionary<Kernel, LoadedKernel> _kernels = [];
    private readonly MemoryBuffer _staging;
    private readonly MemoryBuffer _nothing;
    private int _staged;
    private bool _disposed;

    /// <summary>Opens a device.</summary>
    /// <param name="device">A device from <see cref="IlgpuDeviceInfo.List"/>.</param>
    /// <param name="kernelAssemblies">
    /// Assemblies with kernels of your own, whose files were compiled against ILGPU; Quern's are known.
    /// </param>
    /// <exception cref="DeviceException">The driver refused the device.</exception>
    public IlgpuDriver(IlgpuDeviceInfo device, params Assembly[] kernelAssemblies)
        : this(device, kernelAssemblies, IlgpuContext.Create)
    {
    }

    /// <summary>Opens a device of a context that the caller says how to make.</summary>
    internal IlgpuDriver(IlgpuDeviceInfo device, Assembly[] kernelAssemblies, Func<AcceleratorType, Context> createContext)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(kernelAssemblies);
        _device = device;
        try
        {
            _context = createContext(device.Type);
            _accelerator = IlgpuContext.Open(_context, device.Type, device.Index);
            _stream = _accelerator.DefaultStream;
            _pool = new MemoryPool(_accelerator, device.Name);
            _compiler = new KernelCompiler(device, _accelerator, [typeof(IlgpuDriver).Assembly, .. kernelAssemblies]);
            _staging = CPUMemoryBuffer.CreatePageLocked(_accelerator, StagingBytes, 1);
            _nothing = _accelerator.AllocateRaw(StagingAlignment, 1);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Any exception: ILGPU throws whatever the part that fails happens to throw.
            _accelerator?.Dispose();
            _context?.Dispose();
            throw new DeviceException(
                $"Device {device.Name}: ILGPU could not open {device.Description}: {Reason(error)} Update its driver, or choose another device.", error);
        }
    }

    /// <inheritdoc/>
    public override string Name => _device.Name;

    /// <inheritdoc/>
    public override string Description => _device.Description;

    /// <inheritdoc/>
    public override long MemoryBytes => _device.MemoryBytes;

    /// <inheritdoc/>
    /// <remarks>On ILGPU's processor a barrier is one of the operating system: the kernels in groups of one have none.</remarks>
    public override bool IsProcessor => _device.Type == AcceleratorType.CPU;

    /// <inheritdoc/>
    public override int ComputeUnits => Math.Max(1, _accelerator.NumMultiprocessors);

    /// <summary>Opens a device by its number.</summary>
    /// <param name="type">Which of ILGPU's accelerators runs it.</param>
    /// <param name="index">The device's number among those of its type, from 0.</param>
    /// <exception cref="DeviceException">There is no driver, or no device of that number, or the driver refused it.</exception>
    public static IlgpuDriver Open(AcceleratorType type, int index)
    {
        IReadOnlyList<IlgpuDeviceInfo> devices = IlgpuDeviceInfo.List(type);
        string name = FormattableString.Invariant($"{IlgpuDeviceInfo.KindName(type)}:{index}");
        if (devices.Count == 0)
        {
            throw new DeviceException(type == AcceleratorType.Cuda
                ? $"Device {name}: {NoDevice(type)} Install NVIDIA's driver (nvidia-smi shows whether it works), or choose another device: cpu, opencl."
                : $"Device {name}: {NoDevice(type)} Choose another device: cpu, opencl.");
        }

        if ((uint)index >= (uint)devices.Count)
        {
            throw new DeviceException(
                $"Device {name}: there are {devices.Count} of this kind, numbered from 0: {string.Join(", ", devices.Select(device => device.Description))}. Choose one of these.");
        }

        return new IlgpuDriver(devices[index]);
    }

    /// <inheritdoc/>
    /// <exception cref="DeviceException">The device has no memory left.</exception>
    public override GpuBuffer Allocate(long byteCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteCount);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new IlgpuBuffer(this, _pool, byteCount);
    }

    /// <inheritdoc/>
    /// <remarks>It returns once the elements lie in page-locked memory; only where that is full, the device is waited for.</remarks>
    public override void CopyToDevice<T>(ReadOnlySpan<T> source, GpuView<T> destination)
    {
        RequireEqual(nameof(CopyToDevice), source.Length, destination.Length);
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(source);
        long offset = destination.Offset * Unsafe.SizeOf<T>();
        while (!bytes.IsEmpty)
        {
            if (_staged == StagingBytes)
            {
                Wait();
            }

            int count = Math.Min(bytes.Length, StagingBytes - _staged);
            bytes[..count].CopyTo(Staging(_staged, count));
            using (MemoryBuffer staged = Staged(_staged, count))
            {
                Enqueue(nameof(CopyToDevice), staged, 0, MemoryOf(destination.Buffer), offset, count);
            }

            _staged = Math.Min(StagingBytes, (_staged + count + StagingAlignment - 1) & -StagingAlignment);
            bytes = bytes[count..];
            offset += count;
        }
    }

    /// <inheritdoc/>
    public override void CopyToHost<T>(GpuView<T> source, Span<T> destination)
    {
        RequireEqual(nameof(CopyToHost), source.Length, destination.Length);
        Span<byte> bytes = MemoryMarshal.AsBytes(destination);
        long offset = source.Offset * Unsafe.SizeOf<T>();
        while (!bytes.IsEmpty)
        {
            // Copies from the staging memory may be under way; the stream's order keeps them apart from this one where it lies behind.
            if (_staged == StagingBytes)
            {
                Wait();
            }

            int count = Math.Min(bytes.Length, StagingBytes - _staged);
            int start = _staged;
            using (MemoryBuffer staged = Staged(start, count))
            {
                Enqueue(nameof(CopyToHost), MemoryOf(source.Buffer), offset, staged, 0, count);
                Wait();
            }

            Staging(start, count).CopyTo(bytes);
            bytes = bytes[count..];
            offset += count;
        }
    }

    /// <inheritdoc/>
    public override void Copy<T>(GpuView<T> source, GpuView<T> destination)
    {
        RequireEqual(nameof(Copy), source.Length, destination.Length);
        if (source.Length > 0)
        {
            int size = Unsafe.SizeOf<T>();
            Enqueue(
                nameof(Copy), MemoryOf(source.Buffer), source.Offset * size, MemoryOf(destination.Buffer), destination.Offset * size, source.Length * size);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="DeviceException">ILGPU could not compile the kernel, or the device refused the launch.</exception>
    public override void Launch(Kernel kernel, LaunchSize size, ReadOnlySpan<KernelArgument> arguments)
    {
        if (size.IsEmpty)
        {
            return;
        }

        if (!_kernels.TryGetValue(kernel, out LoadedKernel? loaded))
        {
            loaded = _compiler.Load(kernel, this);
            _kernels.Add(kernel, loaded);
        }

        try
        {
            loaded.Launch(_stream, size, arguments);
        }
        catch (AcceleratorException error)
        {
            throw Failed($"the launch of {kernel} ({size})", error);
        }
    }

    /// <inheritdoc/>
    public override void Wait()
    {
        try
        {
            _stream.Synchronize();
        }
        catch (AcceleratorException error)
        {
            throw Failed("the work that was waited for", error);
        }

        _staged = 0;
    }

    /// <summary>The memory of a view as a kernel takes it.</summary>
    internal ArrayView<T> ViewOf<T>(in KernelArgument argument)
        where T : unmanaged
        => argument.Buffer is null
            ? new ArrayView<T>(_nothing, 0, 0)
            : new ArrayView<T>(MemoryOf(argument.Buffer), argument.Offset, argument.Length);

    /// <summary>What is missing where no device of a type is found.</summary>
    internal static string NoDevice(AcceleratorType type) => type == AcceleratorType.Cuda
        ? "ILGPU found no CUDA device."
        : "ILGPU found no OpenCL device that it can use; it wants one with OpenCL C 2.0 and a generic address space.";

    /// <summary>What an exception of ILGPU's says at its root, as a sentence.</summary>
    internal static string Reason(Exception error)
    {
        string message = error.GetBaseException().Message.Trim();
        return message.EndsWith('.') ? message : message + ".";
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (disposing)
        {
            // Memory before its accelerator, and that before its context; the accelerator takes its kernels along.
            _stream.Synchronize();
            _pool.Close();
            _nothing.Dispose();
            _staging.Dispose();
            _compiler.Dispose();
            _accelerator.Dispose();
            _context.Dispose();
        }
    }

    private static void RequireEqual(string operation, long given, long expected)
    {
        if (given != expected)
        {
            throw new ArgumentException($"{operation}: the source and the destination must have equally many elements; {given} and {expected} were given.");
        }
    }

    private unsafe Span<byte> Staging(int start, int count) => new((byte*)_staging.NativePtr + start, count);

    // A buffer of exactly these bytes, which owns nothing: on OpenCL, ILGPU's copies move the host's whole buffer, whatever the view.
    private MemoryBuffer Staged(int start, int count) => CPUMemoryBuffer.Create(_accelerator, _staging.NativePtr + start, count, 1);

    private void Enqueue(string operation, MemoryBuffer source, long sourceOffset, MemoryBuffer destination, long destinationOffset, long byteCount)
    {
        try
        {
            new ArrayView<byte>(source, sourceOffset, byteCount).CopyTo(_stream, new ArrayView<byte>(destination, destinationOffset, byteCount));
        }
        catch (AcceleratorException error)
        {
            throw Failed(operation, error);
        }
    }

    private MemoryBuffer MemoryOf(GpuBuffer buffer)
    {
        if (buffer is IlgpuBuffer own && own.Driver == this)
        {
            return own.Memory;
        }

        throw new ArgumentException($"{Name} was given memory of another device. Move the tensor to this device first.");
    }

    private DeviceException Failed(string what, AcceleratorException error) =>
        new($"Device {Name}: {what} failed: {Reason(error)} The device may have to be opened anew.", error);
}
