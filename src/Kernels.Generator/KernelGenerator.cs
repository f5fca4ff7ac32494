using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Quern.Kernels.Generator;

/// <summary>Gives each method marked <c>[Kernel]</c> its OpenCL C program and its launcher, and each operator its OpenCL C.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class KernelGenerator : IIncrementalGenerator
{
    /// <summary>The name of the step that translates, for tests of what is computed again.</summary>
    internal const string TranslateStep = "Translate";

    /// <summary>The name of the step that translates operators, for tests.</summary>
    internal const string TranslateOperatorStep = "TranslateOperator";

    /// <summary>The project's property that says whether ILGPU compiles its kernels as well, as the compiler names it.</summary>
    internal const string ForIlgpuOption = "build_property.QuernKernelsForIlgpu";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<bool> forIlgpu = context.AnalyzerConfigOptionsProvider.Select(static (options, _) =>
            options.GlobalOptions.TryGetValue(ForIlgpuOption, out string? value) && value.Equals("true", StringComparison.OrdinalIgnoreCase));

        IncrementalValuesProvider<Translation<KernelModel>> kernels = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                "Quern.Kernels.KernelAttribute",
                static (node, _) => node is MethodDeclarationSyntax,
                static (kernel, cancel) => KernelTranslator.Translate(
                    kernel.SemanticModel.Compilation, (IMethodSymbol)kernel.TargetSymbol, kernel.Attributes[0], cancel))
            .Combine(forIlgpu)
            .Select(static (pair, _) => pair.Left.For(pair.Right))
            .WithTrackingName(TranslateStep);

        IncrementalValuesProvider<Translation<OperatorModel>> operators = context.SyntaxProvider
            .CreateSyntaxProvider(
                static (node, _) => OperatorTranslator.MayBeOperator(node),
                static (candidate, cancel) => OperatorTranslator.Translate(candidate.SemanticModel, (StructDeclarationSyntax)candidate.Node, cancel))
            .Where(static result => result is not null)
            .Combine(forIlgpu)
            .Select(static (pair, _) => pair.Left!.For(pair.Right))
            .WithTrackingName(TranslateOperatorStep);

        context.RegisterSourceOutput(operators, static (output, result) => Write(
            output, result, model => (model.FullName.Replace('<', '{').Replace('>', '}'), OperatorWriter.Write(model))));

        context.RegisterSourceOutput(kernels, static (output, result) => Write(output, result, model => (model.Name, LauncherWriter.Write(model))));
    }

    private static void Write<TModel>(SourceProductionContext output, Translation<TModel> translation, Func<TModel, (string File, string Text)> write)
        where TModel : class
    {
        foreach (DiagnosticInfo diagnostic in translation.Diagnostics)
        {
            output.ReportDiagnostic(diagnostic.ToDiagnostic());
        }

        if (translation.Model is { } model)
        {
            (string file, string text) = write(model);
            output.AddSource(file + ".g.cs", SourceText.From(text, Encoding.UTF8));
        }
    }
}
