using System.Diagnostics;

namespace Quern.MnistAutoencoder.Tests;

/// <summary>What the program answered.</summary>
internal sealed record SampleResult(int ExitCode, string Output, string Error);

/// <summary>Runs the built program as a user does: as a process, with its output in a pipe.</summary>
internal static class Sample
{
    /// <summary>How long a run of the program may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>The runtime that this test runs on.</summary>
    public static string Host { get; } =
        Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet";

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "MnistAutoencoder.dll");

    public static Task<SampleResult> Run(string workingFolder, params string[] arguments) => ResultOf(Start(workingFolder, arguments));

    /// <summary>Runs it as a part of a line of the shell.</summary>
    public static Task<SampleResult> RunInShell(string workingFolder, string line) => ResultOf(StartProgram(workingFolder, ["/bin/sh", "-c", line]));

    /// <summary>Runs another program, which starts this one.</summary>
    public static Task<SampleResult> RunProgram(string workingFolder, string program, string[] arguments) => ResultOf(StartProgram(workingFolder, [program, .. arguments]));

    private static async Task<SampleResult> ResultOf(Process started)
    {
        using var process = started;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await WaitForExit(process);
        return new SampleResult(process.ExitCode, await output, await error);
    }

    public static Process Start(string workingFolder, params string[] arguments) => StartProgram(workingFolder, [Host, Program, .. arguments]);

    /// <summary>Starts it so that an interrupt reaches it, even where these tests were started to ignore interrupts, as a shell does with what it runs in the background.</summary>
    public static Process StartInterruptible(string workingFolder, params string[] arguments) => StartInterruptible(workingFolder, Host, [Program, .. arguments]);

    /// <summary>The same for another program, which starts this one.</summary>
    public static Process StartInterruptible(string workingFolder, string program, string[] arguments) =>
        StartProgram(workingFolder, [.. OperatingSystem.IsLinux() ? (string[])["env", "--default-signal=INT"] : [], program, .. arguments]);

    private static Process StartProgram(string workingFolder, string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    /// <summary>Sends a signal such as INT. The shell's own kill does it, since not every system has a program of that name.</summary>
    public static async Task Signal(Process process, string signal)
    {
        using var shell = Process.Start("/bin/sh", ["-c", $"kill -{signal} {process.Id}"]);
        await WaitForExit(shell);
    }

    public static async Task WaitForExit(Process process)
    {
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The program did not end within {Patience}.");
        }
    }
}
