using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Quern.Kernels.Generator;

/// <summary>The types around generated code.</summary>
internal static class ContainingTypes
{
    /// <summary>A type and those around it, outermost first, as another part of them is declared.</summary>
    public static ImmutableArray<string> Of(INamedTypeSymbol innermost)
    {
        var types = new List<string>();
        for (INamedTypeSymbol? type = innermost; type is not null; type = type.ContainingType)
        {
            string keyword = type.TypeKind == TypeKind.Struct ? "struct" : "class";
            string parameters = type.IsGenericType ? $"<{string.Join(", ", type.TypeParameters.Select(parameter => parameter.Name))}>" : "";
            types.Insert(0, $"{(type.IsStatic ? "static " : "")}partial {(type.IsRecord ? "record " : "")}{keyword} {type.Name}{parameters}");
        }

        return types.ToImmutableArray();
    }

    /// <summary>Whether a type and those around it are all declared <c>partial</c>.</summary>
    public static bool ArePartial(INamedTypeSymbol innermost)
    {
        for (INamedTypeSymbol? type = innermost; type is not null; type = type.ContainingType)
        {
            if (!IsPartial(type))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether every part of a type is declared <c>partial</c>.</summary>
    public static bool IsPartial(INamedTypeSymbol type)
        => type.DeclaringSyntaxReferences.All(
            reference => reference.GetSyntax() is TypeDeclarationSyntax syntax && syntax.Modifiers.Any(SyntaxKind.PartialKeyword));
}
