using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Quern.Kernels.Generator;

/// <summary>Translates the formulas of an operator, with all that they call.</summary>
internal static class OperatorTranslator
{
    /// <summary>Whether a declaration may be of an operator; what it implements is not known yet.</summary>
    public static bool MayBeOperator(SyntaxNode node) => node is StructDeclarationSyntax { BaseList: not null };

    /// <summary>The operator that a struct is, or the reasons why it is none; null for another struct.</summary>
    public static Translation<OperatorModel>? Translate(SemanticModel semantics, StructDeclarationSyntax syntax, CancellationToken cancel)
    {
        if (semantics.GetDeclaredSymbol(syntax, cancel) is not { } type || !OperatorNames.IsOperator(type) || !IsFirst(type, syntax, cancel))
        {
            return null;
        }

        var program = new ProgramTranslator(semantics.Compilation, type, cancel);
        ImmutableArray<string> path = ContainingTypes.Of(type);
        if (!ContainingTypes.ArePartial(type))
        {
            program.Report(Diagnostics.OperatorForm, syntax.Identifier.GetLocation(), type.Name);
            return new Translation<OperatorModel>(null, program);
        }

        INamedTypeSymbol number = semantics.Compilation.GetSpecialType(SpecialType.System_Single);
        foreach (IMethodSymbol formula in OperatorNames.Formulas(type))
        {
            if (type.FindImplementationForInterfaceMember(formula) is IMethodSymbol method)
            {
                program.TranslateFormula(method.IsGenericMethod
                    ? method.Construct(method.TypeParameters.Select(_ => (ITypeSymbol)number).ToArray())
                    : method);
            }
        }

        OperatorModel? model = program.HasErrors ? null : new OperatorModel(
            type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString(),
            new EquatableArray<string>(path),
            type.ToDisplayString(),
            OperatorNames.OfDeclaration(type),
            new EquatableArray<OperatorFunctionModel>(program.Functions),
            new EquatableArray<string>(program.Uses));
        return new Translation<OperatorModel>(model, program);
    }

    /// <summary>A struct in several parts is translated once.</summary>
    private static bool IsFirst(INamedTypeSymbol type, StructDeclarationSyntax syntax, CancellationToken cancel)
        => type.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax(cancel)).First(MayBeOperator) == syntax;
}
