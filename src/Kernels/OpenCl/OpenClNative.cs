using System.Runtime.InteropServices;

namespace Quern.Kernels.OpenCl;

/// <summary>The calls of OpenCL 1.2 that Quern makes, as the headers declare them. A <c>size_t</c> is a <see cref="nuint"/>.</summary>
internal static unsafe partial class OpenClNative
{
    public const ulong DeviceTypeAll = 0xFFFFFFFF;
    public const ulong MemReadWrite = 1;
    public const uint PlatformName = 0x0902;
    public const uint DeviceType = 0x1000;
    public const uint DeviceMaxComputeUnits = 0x1002;
    public const uint DeviceMaxWorkGroupSize = 0x1004;
    public const uint DeviceMaxMemAllocSize = 0x1010;
    public const uint DeviceGlobalMemSize = 0x101F;
    public const uint DeviceLocalMemSize = 0x1023;
    public const uint DeviceAvailable = 0x1027;
    public const uint DeviceCompilerAvailable = 0x1028;
    public const uint DeviceName = 0x102B;
    public const uint DeviceVendor = 0x102C;
    public const uint DriverVersion = 0x102D;
    public const uint DeviceVersion = 0x102F;
    public const uint DeviceExtensions = 0x1030;
    public const uint ProgramBinarySizes = 0x1165;
    public const uint ProgramBinaries = 0x1166;
    public const uint ProgramBuildLog = 0x1183;

    static OpenClNative() => NativeLibrary.SetDllImportResolver(typeof(OpenClNative).Assembly, OpenClLibrary.Resolve);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clGetPlatformIDs")]
    public static partial OpenClStatus GetPlatformIds(uint capacity, nint* platforms, uint* count);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clGetPlatformInfo")]
    public static partial OpenClStatus GetPlatformInfo(nint platform, uint name, nuint size, void* value, nuint* sizeNeeded);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clGetDeviceIDs")]
    public static partial OpenClStatus GetDeviceIds(nint platform, ulong type, uint capacity, nint* devices, uint* count);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clGetDeviceInfo")]
    public static partial OpenClStatus GetDeviceInfo(nint device, uint name, nuint size, void* value, nuint* sizeNeeded);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clCreateContext")]
    public static partial nint CreateContext(nint* properties, uint count, nint* devices, nint notify, nint state, out OpenClStatus status);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clReleaseContext")]
    public static partial OpenClStatus ReleaseContext(nint context);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clCreateCommandQueue")]
    public static partial nint CreateCommandQueue(OpenClHandle context, nint device, ulong properties, out OpenClStatus status);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clReleaseCommandQueue")]
    public static partial OpenClStatus ReleaseCommandQueue(nint queue);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clCreateBuffer")]
    public static partial nint CreateBuffer(OpenClHandle context, ulong flags, nuint size, void* host, out OpenClStatus status);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clReleaseMemObject")]
    public static partial OpenClStatus ReleaseMemObject(nint buffer);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clEnqueueReadBuffer")]
    public static partial OpenClStatus EnqueueReadBuffer(
        OpenClHandle queue, nint buffer, uint blocking, nuint offset, nuint size, void* host, uint waits, nint* waitList, nint* done);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clEnqueueWriteBuffer")]
    public static partial OpenClStatus EnqueueWriteBuffer(
        OpenClHandle queue, nint buffer, uint blocking, nuint offset, nuint size, void* host, uint waits, nint* waitList, nint* done);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clEnqueueCopyBuffer")]
    public static partial OpenClStatus EnqueueCopyBuffer(
        OpenClHandle queue, nint source, nint destination, nuint sourceOffset, nuint destinationOffset, nuint size, uint waits, nint* waitList, nint* done);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clEnqueueNDRangeKernel")]
    public static partial OpenClStatus EnqueueNDRangeKernel(
        OpenClHandle queue, OpenClHandle kernel, uint axes, nuint* offset, nuint* globalSize, nuint* localSize, uint waits, nint* waitList, nint* done);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clFlush")]
    public static partial OpenClStatus Flush(OpenClHandle queue);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clFinish")]
    public static partial OpenClStatus Finish(OpenClHandle queue);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clCreateProgramWithSource")]
    public static partial nint CreateProgramWithSource(OpenClHandle context, uint count, byte** texts, nuint* lengths, out OpenClStatus status);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clCreateProgramWithBinary")]
    public static partial nint CreateProgramWithBinary(
        OpenClHandle context, uint count, nint* devices, nuint* lengths, byte** binaries, OpenClStatus* binaryStatus, out OpenClStatus status);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clBuildProgram")]
    public static partial OpenClStatus BuildProgram(OpenClHandle program, uint count, nint* devices, byte* options, nint notify, nint state);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clGetProgramInfo")]
    public static partial OpenClStatus GetProgramInfo(OpenClHandle program, uint name, nuint size, void* value, nuint* sizeNeeded);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clGetProgramBuildInfo")]
    public static partial OpenClStatus GetProgramBuildInfo(OpenClHandle program, nint device, uint name, nuint size, void* value, nuint* sizeNeeded);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clReleaseProgram")]
    public static partial OpenClStatus ReleaseProgram(nint program);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clCreateKernel", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint CreateKernel(OpenClHandle program, string name, out OpenClStatus status);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clSetKernelArg")]
    public static partial OpenClStatus SetKernelArg(OpenClHandle kernel, uint index, nuint size, void* value);

    [LibraryImport(OpenClLibrary.Name, EntryPoint = "clReleaseKernel")]
    public static partial OpenClStatus ReleaseKernel(nint kernel);
}
