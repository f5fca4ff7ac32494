using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Quern.Kernels.Generator.Tests;

/// <summary>What is computed again when the compilation changes.</summary>
public class IncrementalityTests
{
    private const string Other = "namespace Sample; internal static class Other { public static int Value() => 1; }";

    [Fact]
    public void An_edit_elsewhere_keeps_the_output()
        => Assert.All(OutputReasons(Generated.Class("output[0] = 1f;"), Other, Other.Replace("1", "2")), reason =>
            Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, reason.ToString()));

    [Fact]
    public void An_edit_of_the_kernel_makes_it_anew()
    {
        string kernel = Generated.Class("output[0] = 1f;");

        Assert.Contains(IncrementalStepRunReason.Modified, OutputReasons(Other, kernel, kernel.Replace("1f", "2f")));
    }

    [Fact]
    public void An_edit_of_a_method_that_the_kernel_calls_in_another_file_makes_it_anew()
        => Assert.Contains(
            IncrementalStepRunReason.Modified,
            OutputReasons(Generated.Class("output[0] = Other.Value();"), Other, Other.Replace("1", "2")));

    [Fact]
    public void An_edit_that_breaks_the_kernel_takes_it_away()
    {
        string kernel = Generated.Class("output[0] = 1f;");
        CSharpCompilation before = Generated.Compilation(kernel);
        GeneratorDriver driver = Generated.Driver().RunGenerators(before);

        GeneratorDriverRunResult after = driver
            .RunGenerators(Generated.Compilation(kernel.Replace("1f", "MathF.Sqrt(2f)")))
            .GetRunResult();

        Assert.Empty(after.GeneratedTrees);
        Assert.Equal("QK0016", Assert.Single(after.Diagnostics).Id);
    }

    /// <summary>Why each output was made, on a second run in which one file has changed.</summary>
    private static IEnumerable<IncrementalStepRunReason> OutputReasons(string same, string before, string after)
    {
        CSharpCompilation first = Generated.Compilation(same, before);
        SyntaxTree changed = first.SyntaxTrees[1];
        CSharpCompilation second = first.ReplaceSyntaxTree(
            changed, CSharpSyntaxTree.ParseText(after, (CSharpParseOptions)changed.Options, changed.FilePath));
        GeneratorRunResult result = Generated.Driver().RunGenerators(first).RunGenerators(second).GetRunResult().Results[0];
        return result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs).Select(output => output.Reason);
    }
}
