using System.Diagnostics;

namespace Quern.Benchmarks.Compare;

/// <summary>
/// Sees to it that each system runs as it is meant to: variables that slow OpenBLAS or PyTorch down are taken away. They are read when
/// a library is loaded and the runtime starts, so the program starts itself again where one has to change.
/// </summary>
internal static class CleanEnvironment
{
    private static readonly string[] Unwanted =
    [
        "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS", "OMP_PROC_BIND",
        "MKL_NUM_THREADS", "DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic", "DOTNET_TieredCompilation", "DOTNET_TieredPGO",
    ];

    /// <summary>The exit code of the run in the right environment, or null if this process has it already.</summary>
    public static int? RunAgain(CompareOptions options, string[] args)
    {
        Dictionary<string, string?> wanted = Unwanted.ToDictionary(name => name, _ => (string?)null);
        wanted["OPENBLAS_CORETYPE"] = options.CoreType;
        wanted["DOTNET_EnableAVX512"] = options.Avx2 ? "0" : null;
        if (wanted.All(variable => Environment.GetEnvironmentVariable(variable.Key) == variable.Value))
        {
            return null;
        }

        var start = new ProcessStartInfo(Environment.ProcessPath!, args);
        foreach ((string name, string? value) in wanted)
        {
            start.Environment.Remove(name);
            if (value is not null)
            {
                start.Environment[name] = value;
            }
        }

        using Process process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
