using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Quern.Kernels.Generator.Tests;

/// <summary>
/// Mesa's rusticl offers the processor only where an environment variable asks for it, which it reads when OpenCL is first used. .NET keeps the
/// variables that it sets to itself, so that the C library is asked.
/// </summary>
internal static partial class RusticlSwitch
{
    [ModuleInitializer]
    internal static void On()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetVariable("RUSTICL_ENABLE", "llvmpipe", replace: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int replace);
}
