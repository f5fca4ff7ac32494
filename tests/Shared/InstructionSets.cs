using System.Diagnostics;
using System.Reflection;
using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;

namespace Quern.Tests.Shared;

/// <summary>
/// Runs tests of an assembly again in another process with instruction sets switched off, so that the kernels for narrower
/// vectors, which this machine would not choose, are tested as they run where they are chosen.
/// </summary>
internal static partial class InstructionSets
{
    /// <summary>What to switch off, by .NET's names; each leaves a narrower vector as the widest.</summary>
    public static TheoryData<string> SwitchedOff =>
        [.. Vector512.IsHardwareAccelerated ? ["EnableAVX512"] : Array.Empty<string>(), "EnableAVX2", "EnableHWIntrinsic"];

    /// <summary>Runs tests with an instruction set switched off and asserts that some ran and all passed.</summary>
    /// <param name="tests">The assembly of the tests, a program that runs them.</param>
    /// <param name="methods">Which tests: <c>Namespace.Class.Method</c>, with <c>*</c> for anything at either end.</param>
    /// <param name="switchedOff">One of <see cref="SwitchedOff"/>.</param>
    public static void RunAgain(Assembly tests, IEnumerable<string> methods, string switchedOff)
    {
        string program = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        ProcessStartInfo start = new(program, [.. isHost ? [tests.Location] : Array.Empty<string>(), .. methods.SelectMany(method => new[] { "-method", method })])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[$"DOTNET_{switchedOff}"] = "0";

        // Without a driver the processor is the only device: the kernels of the others know nothing of its instruction sets.
        start.Environment["OCL_ICD_VENDORS"] = Path.Combine(AppContext.BaseDirectory, "no-drivers");

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"With {switchedOff}=0:\n{output}\n{errors.Result}");
        Assert.Matches(SomeTests(), output);
    }

    [GeneratedRegex(@"Total: [1-9][0-9]*")]
    private static partial Regex SomeTests();
}
