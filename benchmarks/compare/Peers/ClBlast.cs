using System.Runtime.InteropServices;
using System.Text;

namespace Quern.Benchmarks.Compare.Peers;

/// <summary>The system's CLBlast on one OpenCL device, with the operands of one product.</summary>
internal sealed unsafe partial class ClBlast : IDisposable
{
    public const string Library = "clblast";
    public const string OpenCl = "opencl";

    private const int RowMajor = 101;
    private const int NoTranspose = 111;
    private const int Transpose = 112;
    private const ulong AnyDevice = 0xFFFFFFFF;
    private const uint DeviceName = 0x102B;
    private const ulong ReadWrite = 1;
    private const ulong CopyHostMemory = 32;

    private readonly nint _context;
    private readonly nint _queue;
    private nint _left, _right, _result;
    private Product? _product;

    /// <summary>Opens the device with this name.</summary>
    /// <exception cref="PeerException">There is no such device, or OpenCL reports an error.</exception>
    public ClBlast(string deviceName)
    {
        nint device = Devices().FirstOrDefault(id => NameOf(id) == deviceName);
        if (device == 0)
        {
            throw new PeerException($"CLBlast: the OpenCL loader has no device '{deviceName}'.");
        }

        int status;
        _context = CreateContext(null, 1, &device, 0, 0, &status);
        Check(status, "clCreateContext");
        _queue = CreateCommandQueue(_context, device, 0, &status);
        Check(status, "clCreateCommandQueue");
    }

    public static bool IsAvailable { get; } = NativeLibraries.Has(Library) && NativeLibraries.Has(OpenCl);

    /// <summary>Puts a product's operands on the device, in place of the last one's.</summary>
    public void Load(Product product, ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Release();
        _product = product;
        _left = Buffer(left);
        _right = Buffer(right);
        _result = Buffer(new float[product.M * product.N]);
    }

    /// <summary>Puts the product into the queue.</summary>
    public void Multiply()
    {
        Product product = _product!;
        nint queue = _queue;
        Check(Sgemm(
            RowMajor,
            product.TransposeLeft ? Transpose : NoTranspose,
            product.TransposeRight ? Transpose : NoTranspose,
            (nuint)product.M, (nuint)product.N, (nuint)product.K,
            1, _left, 0, (nuint)(product.TransposeLeft ? product.M : product.K),
            _right, 0, (nuint)(product.TransposeRight ? product.K : product.N),
            0, _result, 0, (nuint)product.N, &queue, null), "CLBlastSgemm");
    }

    public void Wait() => Check(Finish(_queue), "clFinish");

    public float[] Result()
    {
        float[] values = new float[_product!.M * _product.N];
        fixed (float* pointer = values)
        {
            Check(EnqueueReadBuffer(_queue, _result, 1, 0, (nuint)values.Length * sizeof(float), pointer, 0, null, null), "clEnqueueReadBuffer");
        }

        return values;
    }

    public void Dispose()
    {
        Release();
        _ = ReleaseCommandQueue(_queue);
        _ = ReleaseContext(_context);
    }

    private static List<nint> Devices()
    {
        uint count;
        Check(GetPlatformIDs(0, null, &count), "clGetPlatformIDs");
        nint[] platforms = new nint[count];
        fixed (nint* pointer = platforms)
        {
            Check(GetPlatformIDs(count, pointer, null), "clGetPlatformIDs");
        }

        List<nint> devices = [];
        foreach (nint platform in platforms)
        {
            if (GetDeviceIDs(platform, AnyDevice, 0, null, &count) == 0)
            {
                nint[] ids = new nint[count];
                fixed (nint* pointer = ids)
                {
                    Check(GetDeviceIDs(platform, AnyDevice, count, pointer, null), "clGetDeviceIDs");
                }

                devices.AddRange(ids);
            }
        }

        return devices;
    }

    private static string NameOf(nint device)
    {
        byte* name = stackalloc byte[256];
        nuint size;
        Check(GetDeviceInfo(device, DeviceName, 256, name, &size), "clGetDeviceInfo");
        return Encoding.UTF8.GetString(name, (int)size).TrimEnd('\0').Trim();
    }

    private static void Check(int status, string call)
    {
        if (status != 0)
        {
            throw new PeerException($"CLBlast: {call} returned {status}.");
        }
    }

    private nint Buffer(ReadOnlySpan<float> values)
    {
        int status;
        fixed (float* pointer = values)
        {
            nint buffer = CreateBuffer(_context, ReadWrite | CopyHostMemory, (nuint)values.Length * sizeof(float), pointer, &status);
            Check(status, "clCreateBuffer");
            return buffer;
        }
    }

    private void Release()
    {
        if (_product is not null)
        {
            Wait();
            _ = ReleaseMemObject(_left);
            _ = ReleaseMemObject(_right);
            _ = ReleaseMemObject(_result);
            _product = null;
        }
    }

    [LibraryImport(Library, EntryPoint = "CLBlastSgemm")]
    private static partial int Sgemm(
        int layout, int transposeA, int transposeB, nuint m, nuint n, nuint k,
        float alpha, nint a, nuint offsetA, nuint lda, nint b, nuint offsetB, nuint ldb,
        float beta, nint c, nuint offsetC, nuint ldc, nint* queue, nint* done);

    [LibraryImport(OpenCl, EntryPoint = "clGetPlatformIDs")]
    private static partial int GetPlatformIDs(uint capacity, nint* platforms, uint* count);

    [LibraryImport(OpenCl, EntryPoint = "clGetDeviceIDs")]
    private static partial int GetDeviceIDs(nint platform, ulong type, uint capacity, nint* devices, uint* count);

    [LibraryImport(OpenCl, EntryPoint = "clGetDeviceInfo")]
    private static partial int GetDeviceInfo(nint device, uint name, nuint capacity, byte* value, nuint* size);

    [LibraryImport(OpenCl, EntryPoint = "clCreateContext")]
    private static partial nint CreateContext(nint* properties, uint count, nint* devices, nint notify, nint state, int* status);

    [LibraryImport(OpenCl, EntryPoint = "clCreateCommandQueue")]
    private static partial nint CreateCommandQueue(nint context, nint device, ulong properties, int* status);

    [LibraryImport(OpenCl, EntryPoint = "clCreateBuffer")]
    private static partial nint CreateBuffer(nint context, ulong flags, nuint size, float* host, int* status);

    [LibraryImport(OpenCl, EntryPoint = "clEnqueueReadBuffer")]
    private static partial int EnqueueReadBuffer(
        nint queue, nint buffer, uint blocking, nuint offset, nuint size, float* host, uint waits, nint* waitFor, nint* done);

    [LibraryImport(OpenCl, EntryPoint = "clFinish")]
    private static partial int Finish(nint queue);

    [LibraryImport(OpenCl, EntryPoint = "clReleaseMemObject")]
    private static partial int ReleaseMemObject(nint buffer);

    [LibraryImport(OpenCl, EntryPoint = "clReleaseCommandQueue")]
    private static partial int ReleaseCommandQueue(nint queue);

    [LibraryImport(OpenCl, EntryPoint = "clReleaseContext")]
    private static partial int ReleaseContext(nint context);
}
