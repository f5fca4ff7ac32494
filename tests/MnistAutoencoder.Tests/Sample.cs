using System.Diagnostics;

namespace Quern.MnistAutoencoder.Tests;

/// <summary>What the program answered.</summary>
internal sealed record SampleResult(int ExitCode, string Output, string Error);

/// <summary>Runs the built program as a user does: as a process, with its output in a pipe.</summary>
internal static class Sample
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>The runtime that this test runs on.</summary>
    public static string Host { get; } =
        Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet";

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "MnistAutoencoder.dll");

    public static async Task<SampleResult> Run(string workingFolder, params string[] arguments)
    {
        using var process = Start(workingFolder, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await WaitForExit(process);
        return new SampleResult(process.ExitCode, await output, await error);
    }

    public static Process Start(string workingFolder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Host)
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Program);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
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
