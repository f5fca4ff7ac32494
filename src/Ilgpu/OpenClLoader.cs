using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Quern.Ilgpu;

/// <summary>
/// Finds OpenCL's loader for ILGPU, which asks for <c>libOpenCL.so</c>: on Linux that file comes with the headers, and systems that only
/// run programs have <c>libOpenCL.so.1</c>.
/// </summary>
internal static class OpenClLoader
{
    private const string RuntimeName = "libOpenCL.so.1";

    private static readonly Assembly Ilgpu = typeof(Context).Assembly;

    // The event comes after the system's own search, and leaves a resolver that a program may have set for ILGPU alone.
    private static readonly bool Added = Add();

    /// <summary>Has ILGPU find the loader from now on.</summary>
    public static void Require() => _ = Added;

    private static bool Add()
    {
        AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(Ilgpu) ?? AssemblyLoadContext.Default;
        context.ResolvingUnmanagedDll += (assembly, name) =>
            assembly == Ilgpu && name.Contains("OpenCL", StringComparison.OrdinalIgnoreCase) && NativeLibrary.TryLoad(RuntimeName, out nint library)
                ? library
                : 0;
        return true;
    }
}
