using System.Diagnostics;

namespace Quern.Packages.Tests;

/// <summary>Runs the dotnet command as a user's shell would: nothing of the build that runs these tests leaks in.</summary>
internal static class DotNet
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs a command to its end, and fails the test with all it printed if it ends badly.</summary>
    /// <param name="folder">Where to run it, and where it may keep what it caches.</param>
    /// <param name="arguments">What follows <c>dotnet</c>.</param>
    /// <returns>What it wrote to its output.</returns>
    public static string Run(string folder, params IEnumerable<string> arguments)
    {
        (int exitCode, string output, string error) = Execute(folder, arguments);
        Assert.True(exitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {exitCode}:\n{output}\n{error}");
        return output;
    }

    /// <summary>Runs a command that is to end badly, and fails the test if it does not.</summary>
    /// <inheritdoc cref="Run"/>
    public static string Fail(string folder, params IEnumerable<string> arguments)
    {
        (int exitCode, string output, _) = Execute(folder, arguments);
        Assert.True(exitCode != 0, $"dotnet {string.Join(' ', arguments)} ended well:\n{output}");
        return output;
    }

    private static (int ExitCode, string Output, string Error) Execute(string folder, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in start.Environment.Keys.Where(IsOfTheBuild).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["NUGET_PACKAGES"] = Path.Combine(folder, "packages");
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(folder, "cache");
        // Nothing stays behind to hold files of a folder that is about to go.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        // The compiler runs too short to gain by what is measured of it.
        start.Environment["DOTNET_TieredPGO"] = "0";

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
        }

        return (process.ExitCode, output.Result.ReplaceLineEndings("\n"), error.Result);
    }

    private static bool IsOfTheBuild(string name) =>
        name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase) || name is "DOTNET_HOST_PATH";
}
