using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Quern.Mpi.Tests;

/// <summary>What the processes printed, and the exit code of <c>mpirun</c>.</summary>
internal sealed record MpiResult(int ExitCode, string[] Lines, string Error);

/// <summary>Starts this program as several processes.</summary>
internal static class MpiRun
{
    private const string Launcher = "/usr/bin/mpirun.mpich";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Skips the test where MPICH is not installed.</summary>
    public static void SkipWithoutMpich() =>
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && File.Exists(Launcher) && NativeLibrary.TryLoad("libmpich.so.12", out _), $"There is no MPICH ({Launcher}); on Debian, install mpich.");

    /// <summary>Runs a program of <see cref="ProcessPrograms"/>.</summary>
    /// <param name="processes">How many processes; 0 to start one without <c>mpirun</c>.</param>
    /// <param name="program">Its name.</param>
    /// <param name="environment">Variables to set.</param>
    public static async Task<MpiResult> Run(int processes, string program, params (string Name, string Value)[] environment)
    {
        string host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        string[] command =
        [
            .. processes > 0 ? (string[])[Launcher, "-n", $"{processes}"] : [],
            host, typeof(MpiRun).Assembly.Location, "process", program,
        ];
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // One thread each, since the machine may have fewer cores than there are processes.
        start.Environment["DOTNET_PROCESSOR_COUNT"] = "1";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource deadline = new(Patience);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The processes did not end within {Patience}.");
        }

        return new MpiResult(process.ExitCode, (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries), await error);
    }
}
