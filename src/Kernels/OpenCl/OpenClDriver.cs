using System.Runtime.InteropServices;

namespace Quern.Kernels.OpenCl;

/// <summary>A device reached through the system's OpenCL driver: one context, one in-order queue, a pool of buffers.</summary>
/// <remarks>
/// One thread at a time may copy, launch and wait. Buffers may be allocated and disposed on any thread, the finalizer's
/// among them. After its first launch a kernel launches without allocating.
/// </remarks>
public sealed unsafe class OpenClDriver : GpuDriver
{
    // Drivers that gather commands start on them at a flush; often enough to keep the device busy, seldom enough to cost nothing.
    private const int LaunchesPerFlush = 16;
    private const int StagingBytes = 1 << 20;
    private const int LargestStagedCopy = StagingBytes / 16;

    private readonly OpenClDeviceInfo _device;
    private readonly OpenClHandle _context;
    private readonly OpenClHandle _queue;
    private readonly BufferPool _pool;
    private readonly ProgramCache _cache;
    private readonly Dictionary<Kernel, OpenClHandle> _kernels = [];
    private readonly byte[] _staging = GC.AllocateUninitializedArray<byte>(StagingBytes, pinned: true);
    private int _staged;
    private int _launchesSinceFlush = LaunchesPerFlush - 1;
    private bool _disposed;

    /// <summary>Opens a device.</summary>
    /// <param name="device">A device from <see cref="OpenClDeviceInfo.List"/>.</param>
    /// <param name="cacheFolder">
    /// Where built programs are kept; by default the folder named by the environment variable <c>QUERN_CACHE</c>, or the user's cache folder.
    /// </param>
    /// <exception cref="OpenClException">The device is not available, or its driver failed.</exception>
    public OpenClDriver(OpenClDeviceInfo device, string? cacheFolder = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (!device.IsUsable)
        {
            throw new OpenClException(
                $"OpenCL: {device.Name} is not available, or its driver has no compiler. End other programs that hold it, or install the full driver of its maker.");
        }

        _device = device;
        nint id = device.Id;
        _context = OpenClHandle.Context(OpenClNative.CreateContext(null, 1, &id, 0, 0, out OpenClStatus status));
        OpenClException.ThrowIfFailed(status, $"clCreateContext on {device.Name}");
        _queue = OpenClHandle.Queue(OpenClNative.CreateCommandQueue(_context, id, 0, out status));
        OpenClException.ThrowIfFailed(status, $"clCreateCommandQueue on {device.Name}");
        _pool = new BufferPool(_context);
        _cache = new ProgramCache(cacheFolder ?? ProgramCache.DefaultFolder);
    }

    /// <summary>Frees what was not disposed.</summary>
    ~OpenClDriver() => Dispose(false);

    /// <inheritdoc/>
    public override string Name => FormattableString.Invariant($"opencl:{_device.Index}");

    /// <inheritdoc/>
    public override string Description => $"{_device.Name} ({_device.Platform}, driver {_device.DriverVersion})";

    /// <inheritdoc/>
    public override long MemoryBytes => _device.GlobalMemory;

    /// <inheritdoc/>
    public override bool IsProcessor => _device.Type == OpenClDeviceType.Cpu;

    /// <inheritdoc/>
    public override int ComputeUnits => Math.Max(1, _device.ComputeUnits);

    /// <summary>The device.</summary>
    public OpenClDeviceInfo Device => _device;

    /// <summary>How many buffers were allocated and not yet disposed.</summary>
    internal int LiveBufferCount => _pool.LiveCount;

    /// <summary>How many bytes of disposed buffers are kept for the next allocations.</summary>
    internal long PooledBytes => _pool.FreeBytes;

    /// <summary>Opens a device by its number.</summary>
    /// <param name="index">The device's number, from 0: the N of <c>opencl:N</c>.</param>
    /// <exception cref="OpenClException">There is no OpenCL, no driver, or no device of that number.</exception>
    public static OpenClDriver Open(int index)
    {
        IReadOnlyList<OpenClDeviceInfo> devices = OpenClDeviceInfo.List();
        if (devices.Count == 0)
        {
            throw new OpenClException($"OpenCL is installed, but no driver offers a device. {OpenClLibrary.Remedy}");
        }

        if ((uint)index >= (uint)devices.Count)
        {
            throw new OpenClException(
                $"OpenCL: there is no device {index}; this machine has {devices.Count}, numbered from 0: {string.Join(", ", devices.Select(device => device.Name))}.");
        }

        return new OpenClDriver(devices[index]);
    }

    /// <inheritdoc/>
    public override GpuBuffer Allocate(long byteCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteCount);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (byteCount > _device.LargestBuffer)
        {
            throw new OpenClException(
                $"OpenCL: a buffer of {byteCount:N0} bytes was asked for; {_device.Name} allows at most {_device.LargestBuffer:N0}. Use smaller tensors or batches.");
        }

        return new OpenClBuffer(this, _pool, byteCount);
    }

    /// <summary>Gives the memory of disposed buffers back to the driver.</summary>
    internal void Trim() => _pool.Trim();

    /// <inheritdoc/>
    /// <remarks>Up to 64 KiB are copied aside and this returns at once; more is waited for.</remarks>
    public override void CopyToDevice<T>(ReadOnlySpan<T> source, GpuView<T> destination)
    {
        RequireEqual(nameof(CopyToDevice), source.Length, destination.Length);
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(source);
        if (bytes.IsEmpty)
        {
            return;
        }

        nint memory = MemoryOf(destination.Buffer);
        nuint offset = (nuint)(destination.Offset * sizeof(T));
        if (bytes.Length <= LargestStagedCopy)
        {
            Write(memory, offset, Stage(bytes), bytes.Length, blocking: 0);
            return;
        }

        fixed (byte* host = bytes)
        {
            Write(memory, offset, host, bytes.Length, blocking: 1);
        }
    }

    /// <inheritdoc/>
    public override void CopyToHost<T>(GpuView<T> source, Span<T> destination)
    {
        RequireEqual(nameof(CopyToHost), source.Length, destination.Length);
        Span<byte> bytes = MemoryMarshal.AsBytes(destination);
        if (bytes.IsEmpty)
        {
            return;
        }

        fixed (byte* host = bytes)
        {
            OpenClStatus status = OpenClNative.EnqueueReadBuffer(
                _queue, MemoryOf(source.Buffer), 1, (nuint)(source.Offset * sizeof(T)), (nuint)bytes.Length, host, 0, null, null);
            OpenClException.ThrowIfFailed(status, "clEnqueueReadBuffer");
        }

        _staged = 0;
    }

    /// <inheritdoc/>
    public override void Copy<T>(GpuView<T> source, GpuView<T> destination)
    {
        RequireEqual(nameof(Copy), source.Length, destination.Length);
        if (source.Length == 0)
        {
            return;
        }

        OpenClStatus status = OpenClNative.EnqueueCopyBuffer(
            _queue,
            MemoryOf(source.Buffer),
            MemoryOf(destination.Buffer),
            (nuint)(source.Offset * sizeof(T)),
            (nuint)(destination.Offset * sizeof(T)),
            (nuint)(source.Length * sizeof(T)),
            0,
            null,
            null);
        OpenClException.ThrowIfFailed(status, "clEnqueueCopyBuffer");
    }

    /// <inheritdoc/>
    /// <exception cref="OpenClException">The kernel does not build, or the device refused the launch. The device stays usable.</exception>
    public override void Launch(Kernel kernel, LaunchSize size, ReadOnlySpan<KernelArgument> arguments)
    {
        if (size.IsEmpty)
        {
            return;
        }

        OpenClHandle function = Load(kernel);
        uint index = 0;
        foreach (ref readonly KernelArgument argument in arguments)
        {
            SetArgument(kernel, function, ref index, in argument);
        }

        nuint* groupSize = stackalloc nuint[3] { (nuint)size.GroupX, (nuint)size.GroupY, (nuint)size.GroupZ };
        nuint* globalSize = stackalloc nuint[3]
        {
            (nuint)size.GroupsX * (nuint)size.GroupX, (nuint)size.GroupsY * (nuint)size.GroupY, (nuint)size.GroupsZ * (nuint)size.GroupZ,
        };
        OpenClStatus status = OpenClNative.EnqueueNDRangeKernel(_queue, function, 3, null, globalSize, groupSize, 0, null, null);
        if (status != OpenClStatus.Success)
        {
            throw new OpenClException($"clEnqueueNDRangeKernel of {kernel} ({size})", status);
        }

        if (++_launchesSinceFlush == LaunchesPerFlush)
        {
            _launchesSinceFlush = 0;
            OpenClException.ThrowIfFailed(OpenClNative.Flush(_queue), "clFlush");
        }
    }

    /// <summary>A kernel that is ready for launches; built if it was not yet.</summary>
    internal OpenClHandle Load(Kernel kernel) => _kernels.TryGetValue(kernel, out OpenClHandle? function) ? function : Build(kernel);

    /// <inheritdoc/>
    public override void Wait()
    {
        OpenClException.ThrowIfFailed(OpenClNative.Finish(_queue), "clFinish");
        _staged = 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_pool is null)
        {
            // The constructor threw; the handles free themselves.
            return;
        }

        // Copies from the staging memory may be under way. The handles are alive even in the finalizer: theirs run after it.
        OpenClNative.Finish(_queue);
        if (disposing)
        {
            foreach (OpenClHandle kernel in _kernels.Values)
            {
                kernel.Dispose();
            }

            _pool.Close();
            _queue.Dispose();
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

    private OpenClHandle Build(Kernel kernel)
    {
        if (kernel.UsesDouble && !_device.HasDouble)
        {
            throw new OpenClException(
                $"Launch: {kernel} computes with double, which {_device.Name} ({_device.Platform}) has not (cl_khr_fp64). "
                + "Compute with float, whose constants end in f, or choose another device.");
        }

        using OpenClHandle program = OpenClProgram.Build(_context, _device, _cache, kernel.Name, kernel.OpenClSource);
        OpenClHandle function = OpenClHandle.Kernel(OpenClNative.CreateKernel(program, kernel.EntryPoint, out OpenClStatus status));
        OpenClException.ThrowIfFailed(status, $"clCreateKernel of {kernel}");
        _kernels.Add(kernel, function);
        return function;
    }

    private void SetArgument(Kernel kernel, OpenClHandle function, ref uint index, in KernelArgument argument)
    {
        switch (argument.Kind)
        {
            case KernelArgumentKind.View:
                Set(kernel, function, index++, argument.Buffer is null ? 0 : MemoryOf(argument.Buffer));
                Set(kernel, function, index++, argument.Offset);
                Set(kernel, function, index++, argument.Length);
                break;
            case KernelArgumentKind.Int32:
                Set(kernel, function, index++, argument.Int32);
                break;
            case KernelArgumentKind.UInt32:
                Set(kernel, function, index++, argument.UInt32);
                break;
            case KernelArgumentKind.Int64:
                Set(kernel, function, index++, argument.Int64);
                break;
            case KernelArgumentKind.Single:
                Set(kernel, function, index++, argument.Single);
                break;
            case KernelArgumentKind.Value:
                byte* bytes = stackalloc byte[argument.ElementSize];
                argument.CopyValueTo(new Span<byte>(bytes, argument.ElementSize));
                Set(kernel, function, index++, bytes, argument.ElementSize);
                break;
            default:
                throw new ArgumentException($"Launch: {kernel} was given an argument of kind {argument.Kind}, which OpenCL has no form for.");
        }
    }

    private static void Set<T>(Kernel kernel, OpenClHandle function, uint index, T value)
        where T : unmanaged
        => Set(kernel, function, index, &value, sizeof(T));

    private static void Set(Kernel kernel, OpenClHandle function, uint index, void* value, int byteCount)
    {
        OpenClStatus status = OpenClNative.SetKernelArg(function, index, (nuint)byteCount, value);
        if (status != OpenClStatus.Success)
        {
            throw new OpenClException($"clSetKernelArg {index} of {kernel}", status);
        }
    }

    private nint MemoryOf(GpuBuffer buffer)
    {
        if (buffer is OpenClBuffer own && own.Driver == this)
        {
            return own.Memory;
        }

        throw new ArgumentException($"{Name} was given memory of another device. Move the tensor to this device first.");
    }

    private void Write(nint memory, nuint offset, byte* host, int byteCount, uint blocking)
    {
        OpenClStatus status = OpenClNative.EnqueueWriteBuffer(_queue, memory, blocking, offset, (nuint)byteCount, host, 0, null, null);
        OpenClException.ThrowIfFailed(status, "clEnqueueWriteBuffer");
        if (blocking != 0)
        {
            _staged = 0;
        }
    }

    /// <summary>Copies to memory that stays in place until the queue has read it; when it is full, the queue is waited for.</summary>
    private byte* Stage(ReadOnlySpan<byte> bytes)
    {
        if (_staged + bytes.Length > StagingBytes)
        {
            Wait();
        }

        Span<byte> place = _staging.AsSpan(_staged, bytes.Length);
        bytes.CopyTo(place);
        _staged += (bytes.Length + 63) & ~63;
        fixed (byte* start = place)
        {
            // The array is pinned for good.
            return start;
        }
    }
}
