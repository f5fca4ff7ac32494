using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

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

    /// <param name="forIlgpu">Whether the project says that ILGPU compiles its kernels too.</param>
    public static GeneratorDriver Driver(bool forIlgpu = true)
        => CSharpGeneratorDriver.Create(
            [new KernelGenerator().AsSourceGenerator()],
            parseOptions: ParseOptions,
            optionsProvider: new ProjectProperties(forIlgpu),
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>The generator's diagnostics for a source, which must compile, and what it added.</summary>
    public static (ImmutableArray<Diagnostic> Diagnostics, ImmutableArray<SyntaxTree> Trees) Run(string source, bool forIlgpu = true)
    {
        CSharpCompilation compilation = Compilation(source);
        GeneratorDriverRunResult result = Driver(forIlgpu).RunGenerators(compilation).GetRunResult();
        Assert.Null(result.Results[0].Exception);
        CSharpCompilation whole = compilation.AddSyntaxTrees(result.GeneratedTrees);
        Assert.Empty(whole.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return (result.Diagnostics, result.GeneratedTrees);
    }

    /// <summary>The OpenCL C of a source's only kernel.</summary>
    public static string OpenCl(string source, bool forIlgpu = true)
    {
        CSharpCompilation compilation = Compilation(source);
        Translation<KernelModel> result = Translate(compilation, forIlgpu).Single();
        Assert.Empty(result.Diagnostics.Select(diagnostic => diagnostic.ToDiagnostic().ToString()));
        return result.Model!.Source;
    }

    /// <summary>The translations of all kernels of a compilation.</summary>
    public static IEnumerable<Translation<KernelModel>> Translate(CSharpCompilation compilation, bool forIlgpu = true)
    {
        GeneratorRunResult result = Driver(forIlgpu).RunGenerators(compilation).GetRunResult().Results[0];
        Assert.Null(result.Exception);
        return result.TrackedSteps.TryGetValue(KernelGenerator.TranslateStep, out ImmutableArray<IncrementalGeneratorRunStep> steps)
            ? steps.SelectMany(step => step.Outputs).Select(output => (Translation<KernelModel>)output.Value)
            : [];
    }

    /// <summary>A project's properties as the compiler hands them to generators.</summary>
    private sealed class ProjectProperties(bool forIlgpu) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(forIlgpu);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;
    }

    private sealed class Values(bool forIlgpu) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
        {
            value = forIlgpu && key == "build_property.QuernKernelsForIlgpu" ? "true" : null;
            return value is not null;
        }
    }
}
