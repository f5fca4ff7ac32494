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

        IncrementalValuesProvider<KernelResult> kernels = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                "Quern.Kernels.KernelAttribute",
                static (node, _) => node is MethodDeclarationSyntax,
                static (kernel, cancel) => KernelTranslator.Translate(
                    kernel.SemanticModel.Compilation, (IMethodSymbol)kernel.TargetSymbol, kernel.Attributes[0], cancel))
            .Combine(forIlgpu)
            .Select(static (pair, _) => pair.Left.For(pair.Right))
            .WithTrackingName(TranslateStep);

        IncrementalValuesProvider<OperatorResult> operators = context.SyntaxProvider
            .CreateSyntaxProvider(
                static (node, _) => OperatorTranslator.MayBeOperator(node),
                static (candidate, cancel) => OperatorTranslator.Translate(candidate.SemanticModel, (StructDeclarationSyntax)candidate.Node, cancel))
            .Where(static result => result is not null)
            .Combine(forIlgpu)
            .Select(static (pair, _) => pair.Left!.For(pair.Right))
            .WithTrackingName(TranslateOperatorStep);

        context.RegisterSourceOutput(operators, static (output, result) =>
        {
            foreach (DiagnosticInfo diagnostic in result.Diagnostics)
            {
                output.ReportDiagnostic(diagnostic.ToDiagnostic());
            }

            if (result.Operator is { } model)
            {
                string file = model.FullName.Replace('<', '{').Replace('>', '}') + ".g.cs";
                output.AddSource(file, SourceText.From(OperatorWriter.Write(model), Encoding.UTF8));
            }
        });

        context.RegisterSourceOutput(kernels, static (output, result) =>
        {
            foreach (DiagnosticInfo diagnostic in result.Diagnostics)
            {
                output.ReportDiagnostic(diagnostic.ToDiagnostic());
            }

            if (result.Kernel is { } kernel)
            {
                output.AddSource(kernel.Name + ".g.cs", SourceText.From(LauncherWriter.Write(kernel), Encoding.UTF8));
            }
        });
    }
}
