using System.Collections.Immutable;
using Google.Protobuf;
using ILGPU.Algorithms;
using ILGPU.Runtime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Quern.Ilgpu;
using Quern.Kernels.Generator;
using Quern.Mnist.Models;
using Quern.Mpi;
using Quern.Onnx;
using SixLabors.ImageSharp;

namespace Quern.Packages.Tests;

/// <summary>The C# compiler, with the libraries of this tree and the base library to refer to.</summary>
internal static class Compiler
{
    // C# 14, which this version of the compiler calls a preview.
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Preview);

    // What ImplicitUsings imports.
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>The libraries that are packed.</summary>
    public static ImmutableArray<string> Libraries { get; } =
    [
        .. new[] { typeof(Kernels.Kernel), typeof(Tensors.Tensor), typeof(Nn.Module), typeof(Autoencoder), typeof(IlgpuDevices), typeof(OnnxModel), typeof(MpiProcessGroup) }.Select(type => type.Assembly.Location),
    ];

    // What the packages bring along.
    private static readonly ImmutableArray<string> Dependencies =
    [
        .. new[] { typeof(Image), typeof(Accelerator), typeof(XMath), typeof(MessageParser), typeof(MPI.Unsafe) }.Select(type => type.Assembly.Location),
    ];

    // The test host's list has this project's own references too; programs have only the base library, ours and theirs.
    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => Path.GetDirectoryName(file) == Path.GetDirectoryName(typeof(object).Assembly.Location))
            .Concat(Libraries)
            .Concat(Dependencies)
            .Select(file => MetadataReference.CreateFromFile(file)),
    ];

    /// <summary>A compilation without source, to look at the libraries.</summary>
    public static CSharpCompilation Empty { get; } = CSharpCompilation.Create(
        "Empty", references: References, options: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>Compiles a program as a console project would, with warnings as errors.</summary>
    /// <param name="source">The program.</param>
    /// <param name="folder">Where to write <c>Program.dll</c> and what it needs to run: the libraries and what they depend on.</param>
    /// <returns>The errors; none if it was written.</returns>
    public static IReadOnlyList<string> Compile(string source, string folder)
    {
        CSharpCompilation program = CSharpCompilation.Create(
            "Program",
            [CSharpSyntaxTree.ParseText(Usings, ParseOptions, "Usings.cs"), CSharpSyntaxTree.ParseText(source, ParseOptions, "Program.cs")],
            References,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable, generalDiagnosticOption: ReportDiagnostic.Error));
        CSharpGeneratorDriver.Create([new KernelGenerator().AsSourceGenerator()], parseOptions: ParseOptions)
            .RunGeneratorsAndUpdateCompilation(program, out Compilation complete, out ImmutableArray<Diagnostic> diagnostics);

        using (FileStream file = File.Create(Path.Combine(folder, "Program.dll")))
        {
            diagnostics = [.. diagnostics, .. complete.Emit(file).Diagnostics];
        }

        foreach (string library in Libraries.Concat(Dependencies))
        {
            File.Copy(library, Path.Combine(folder, Path.GetFileName(library)));
        }

        File.Copy(
            Path.ChangeExtension(typeof(Compiler).Assembly.Location, ".runtimeconfig.json"), Path.Combine(folder, "Program.runtimeconfig.json"));
        return [.. diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.ToString())];
    }
}
