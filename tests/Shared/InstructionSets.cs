using System.Diagnostics;
using System.Reflection;
using System.Runtime.Intrinsics;

namespace Quern.Tests.Shared;

/// <summary>
/// Runs tests of an assembly again in another process with instruction sets switched off, so that the kernels for narrower
/// vectors, which this machine would not choose, are tested as they run where they are chosen.
/// </summary>
internal static class InstructionSets
{
    /// <summary>What to switch off, by .NET's names; each leaves a narrower vector as the widest.</summary>
    public static TheoryData<string> SwitchedOff =>
        [.. Vector512.IsHardwareAccelerated ? ["EnableAVX512"] : Array.Empty<string>(), "EnableAVX2", "EnableHWIntrinsic"];

    /// <summary>Runs tests with an instruction set switched off and asserts that some ran and all passed.</summary>
    /// <param name="tests">The assembly of the tests.</param>
    /// <param name="filter">Which tests, as for <c>dotnet test --filter</c>.</param>
    /// <param name="switchedOff">One of <see cref="SwitchedOff"/>.</param>
    public static void RunAgain(Assembly tests, string filter, string switchedOff)
    {
        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments = ["vstest", tests.Location, $"--TestCaseFilter:{filter}"];
        Array.ForEach(arguments, start.ArgumentList.Add);
        start.Environment[$"DOTNET_{switchedOff}"] = "0";

        // The outer run's own settings would make the inner one talk to the outer's host.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("VSTEST_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"With {switchedOff}=0:\n{output}\n{errors.Result}");
        Assert.Contains("Passed:", output, StringComparison.Ordinal);
    }
}
