using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Quern.Kernels.Generator.Tests;

/// <summary>Runs the generator over C# given as text.</summary>
internal static class Generated
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest);

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is "System.Private.CoreLib.dll" or "System.Runtime.dll" or "System.Memory.dll"
                or "System.Linq.dll" or "System.Collections.dll" or "System.Numerics.Vectors.dll" or "System.Runtime.Intrinsics.dll")
            .Append(typeof(Kernel).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>A class with a kernel <c>Run</c> in it, which has the usual parameters.</summary>
    /// <param name="body">The kernel's statements.</param>
    /// <param name="members">Other members of the class.</param>
    /// <param name="parameters">The kernel's parameters.</param>
    /// <param name="attribute">The kernel's attribute.</param>
    public static string Class(
        string body,
        string members = "",
        string parameters = "ArrayView<float> input, ArrayView<float> output, int count",
        string attribute = "Kernel")
        => $$"""
            using System;
            using Quern.Kernels;
            using Quern.Kernels.Language;

            namespace Sample;

            public static partial class Work
            {
                [{{attribute}}]
                public static void Run({{parameters}})
                {
                    {{body}}
                }

                {{members}}
            }
            """;

    public static CSharpCompilation Compilation(params string[] sources)
        => CSharpCompilation.Create(
            "Sample",
            sources.Select((source, i) => CSharpSyntaxTree.ParseText(source, ParseOptions, $"Source{i}.cs")),
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));

    public static GeneratorDriver Driver()
        => CSharpGeneratorDriver.Create(
            [new KernelGenerator().AsSourceGenerator()],
            parseOptions: ParseOptions,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>The generator's diagnostics for a source, which must compile, and what it added.</summary>
    public static (ImmutableArray<Diagnostic> Diagnostics, ImmutableArray<SyntaxTree> Trees) Run(string source)
    {
        CSharpCompilation compilation = Compilation(source);
        GeneratorDriverRunResult result = Driver().RunGenerators(compilation).GetRunResult();
        Assert.Null(result.Results[0].Exception);
        CSharpCompilation whole = compilation.AddSyntaxTrees(result.GeneratedTrees);
        Assert.Empty(whole.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return (result.Diagnostics, result.GeneratedTrees);
    }

    /// <summary>The OpenCL C of a source's only kernel.</summary>
    public static string OpenCl(string source)
    {
        CSharpCompilation compilation = Compilation(source);
        KernelResult result = Translate(compilation).Single();
        Assert.Empty(result.Diagnostics.Select(diagnostic => diagnostic.ToDiagnostic().ToString()));
        return result.Kernel!.Source;
    }

    /// <summary>The translations of all kernels of a compilation.</summary>
    public static IEnumerable<KernelResult> Translate(CSharpCompilation compilation)
    {
        GeneratorRunResult result = Driver().RunGenerators(compilation).GetRunResult().Results[0];
        Assert.Null(result.Exception);
        return result.TrackedSteps.TryGetValue(KernelGenerator.TranslateStep, out ImmutableArray<IncrementalGeneratorRunStep> steps)
            ? steps.SelectMany(step => step.Outputs).Select(output => (KernelResult)output.Value)
            : [];
    }
}
