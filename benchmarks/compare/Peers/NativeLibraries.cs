using System.Reflection;
using System.Runtime.InteropServices;

namespace Quern.Benchmarks.Compare.Peers;

/// <summary>Where the peers' libraries are found, by the name that their imports use.</summary>
internal static class NativeLibraries
{
    private static readonly Dictionary<string, string[]> FileNames = new()
    {
        [OpenBlas.Library] = ["libopenblas.so.0", "libopenblas.so", "libopenblas.dylib", "/opt/homebrew/opt/openblas/lib/libopenblas.dylib", "libopenblas.dll"],
        [ClBlast.Library] = ["libclblast.so.1", "libclblast.so", "libclblast.dylib", "clblast.dll"],
        [ClBlast.OpenCl] = ["libOpenCL.so.1", "/System/Library/Frameworks/OpenCL.framework/OpenCL", "OpenCL.dll"],
    };

    private static readonly Dictionary<string, nint> Loaded = [];

    static NativeLibraries() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, (name, _, _) => Load(name));

    public static bool Has(string name) => Load(name) != 0;

    private static nint Load(string name)
    {
        if (!FileNames.TryGetValue(name, out string[]? candidates))
        {
            return 0;
        }

        if (!Loaded.TryGetValue(name, out nint handle))
        {
            // Never a file beside this program: what is compared is what the system has.
            _ = candidates.Any(candidate => NativeLibrary.TryLoad(candidate, Assembly.GetExecutingAssembly(), DllImportSearchPath.System32, out handle));
            Loaded[name] = handle;
        }

        return handle;
    }
}
