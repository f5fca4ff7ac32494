using System.Runtime.InteropServices;

namespace Quern.Mpi;

/// <summary>
/// Finds the native library for MPI.NET, whose constants and signatures are those of MS-MPI. MPICH's are the same, and so are those of the libraries of its
/// ABI, such as Intel MPI. Open MPI's are not.
/// </summary>
internal static class MpiLibrary
{
    /// <summary>Names the library where it lies elsewhere.</summary>
    public const string PathVariable = "QUERN_MPI";

    // A symbol that only Open MPI has.
    private const string OpenMpiSymbol = "ompi_mpi_comm_world";

    private static readonly Lazy<nint> Handle = new(Load);

    /// <summary>Loads the library, and has MPI.NET use it.</summary>
    /// <exception cref="MpiException">There is none, or it is Open MPI's.</exception>
    public static void Use()
    {
        _ = Handle.Value;
    }

    private static nint Load()
    {
        string[] names = Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } given ? [given]
            : OperatingSystem.IsWindows() ? ["msmpi.dll"]
            : OperatingSystem.IsMacOS() ? ["libmpich.12.dylib", "libmpi.12.dylib", "/opt/homebrew/lib/libmpi.12.dylib", "/usr/local/lib/libmpi.12.dylib"]
            : ["libmpich.so.12", "libmpi.so.12"];
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint handle))
            {
                return NativeLibrary.TryGetExport(handle, OpenMpiSymbol, out _)
                    ? throw new MpiException($"MPI: {name} is Open MPI's, whose binary interface differs from that of MPICH, which Quern.Mpi needs. {Remedy}")
                    : Bind(handle);
            }
        }

        throw new MpiException($"MPI: none of {string.Join(", ", names)} can be loaded. {Remedy}");
    }

    private static string Remedy =>
        OperatingSystem.IsWindows() ? $"Install Microsoft MPI, or name its library in the environment variable {PathVariable}."
        : OperatingSystem.IsMacOS() ? $"Install MPICH (brew install mpich), or name its library in the environment variable {PathVariable}."
        : $"Install MPICH (on Debian: apt-get install mpich) and start the program with its mpirun.mpich, or name the library in the environment variable {PathVariable}.";

    private static nint Bind(nint handle)
    {
        try
        {
            NativeLibrary.SetDllImportResolver(typeof(MPI.Unsafe).Assembly, (name, _, _) => name == "msmpi.dll" ? handle : 0);
        }
        catch (InvalidOperationException)
        {
            // The program has a resolver of its own for MPI.NET.
        }

        return handle;
    }
}
