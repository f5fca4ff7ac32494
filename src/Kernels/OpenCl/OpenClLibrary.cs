using System.Reflection;
using System.Runtime.InteropServices;

namespace Quern.Kernels.OpenCl;

/// <summary>Finds the system's OpenCL loader, the library that knows the installed drivers.</summary>
internal static class OpenClLibrary
{
    /// <summary>The name by which <see cref="OpenClNative"/> asks for the loader.</summary>
    public const string Name = "OpenCL";

    /// <summary>What the loader is called on this system, likeliest first.</summary>
    public static IReadOnlyList<string> SystemNames { get; } =
        OperatingSystem.IsWindows() ? ["OpenCL.dll"]
        : OperatingSystem.IsMacOS() ? ["/System/Library/Frameworks/OpenCL.framework/OpenCL"]
        : ["libOpenCL.so.1", "libOpenCL.so"];

    private static readonly Lazy<nint> Loaded = new(() => Load(SystemNames));

    /// <summary>Loads the loader unless that is done, and directs <see cref="OpenClNative"/> to it.</summary>
    /// <exception cref="OpenClException">The system has no OpenCL loader.</exception>
    public static void Require() => _ = Loaded.Value;

    /// <summary>Loads the first library that is there.</summary>
    /// <param name="names">File names or paths, likeliest first.</param>
    /// <exception cref="OpenClException">None of them is there.</exception>
    public static nint Load(IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                return library;
            }
        }

        throw new OpenClException($"OpenCL is not installed: {string.Join(" or ", names)} was not found. {Remedy}");
    }

    /// <summary>What to install where OpenCL, or a driver for it, is missing.</summary>
    public static string Remedy =>
        OperatingSystem.IsLinux()
            ? "Install the driver of your GPU's maker and the package ocl-icd-libopencl1 (for OpenCL on the processor: pocl-opencl-icd), or use the device \"cpu\"."
            : "Install the driver of your GPU's maker, or use the device \"cpu\".";

    /// <summary>The resolver of <see cref="OpenClNative"/>'s imports.</summary>
    public static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == Name ? Loaded.Value : 0;
}
