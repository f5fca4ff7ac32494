using Microsoft.Win32.SafeHandles;

namespace Quern.Kernels.OpenCl;

/// <summary>
/// An OpenCL object that is released once, by <c>Dispose</c> or by the finalizer. The order does not matter: OpenCL keeps
/// an object alive while another one needs it.
/// </summary>
internal sealed unsafe class OpenClHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly delegate*<nint, OpenClStatus> _release;

    private OpenClHandle(nint handle, delegate*<nint, OpenClStatus> release)
        : base(ownsHandle: true)
    {
        _release = release;
        SetHandle(handle);
    }

    public static OpenClHandle Context(nint handle) => new(handle, &OpenClNative.ReleaseContext);

    public static OpenClHandle Queue(nint handle) => new(handle, &OpenClNative.ReleaseCommandQueue);

    public static OpenClHandle Program(nint handle) => new(handle, &OpenClNative.ReleaseProgram);

    public static OpenClHandle Kernel(nint handle) => new(handle, &OpenClNative.ReleaseKernel);

    public static OpenClHandle Memory(nint handle) => new(handle, &OpenClNative.ReleaseMemObject);

    protected override bool ReleaseHandle() => _release(handle) == OpenClStatus.Success;
}
