using System.Text;
using Microsoft.CodeAnalysis;

namespace Quern.Packages.Tests;

/// <summary>The public surface of a library as text: a line per type and, below it, a line per member.</summary>
internal static class PublicApi
{
    private static readonly SymbolDisplayFormat TypeFormat = new(
        globalNamespaceStyle: SymbolDisplayGlobalNamespaceStyle.Omitted,
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints | SymbolDisplayGenericsOptions.IncludeVariance,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat MemberFormat = new(
        globalNamespaceStyle: SymbolDisplayGlobalNamespaceStyle.Omitted,
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        genericsOptions: TypeFormat.GenericsOptions,
        memberOptions: SymbolDisplayMemberOptions.IncludeAccessibility | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeType
            | SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeConstantValue
            | SymbolDisplayMemberOptions.IncludeExplicitInterface,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeExtensionThis,
        propertyStyle: SymbolDisplayPropertyStyle.NameOnly,
        miscellaneousOptions: TypeFormat.MiscellaneousOptions);

    /// <summary>Lists what another assembly can see of a library, in an order that no culture changes.</summary>
    /// <param name="library">Its name: <c>Quern.Tensors</c>.</param>
    public static string Of(string library)
    {
        IAssemblySymbol assembly = Compiler.Empty.SourceModule.ReferencedAssemblySymbols.Single(symbol => symbol.Name == library);
        StringBuilder text = new();
        foreach (INamedTypeSymbol type in Types(assembly.GlobalNamespace).OrderBy(Name, StringComparer.Ordinal))
        {
            text.Append(Describe(type)).Append('\n');
            foreach (string member in Members(type))
            {
                text.Append("    ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Name(ISymbol symbol) => symbol.ToDisplayString(TypeFormat);

    private static bool IsVisible(ISymbol symbol) =>
        symbol.DeclaredAccessibility == Accessibility.Public
        || (symbol.DeclaredAccessibility is Accessibility.Protected or Accessibility.ProtectedOrInternal && !symbol.ContainingType.IsSealed);

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol container) =>
        container.GetMembers().SelectMany(member => member switch
        {
            INamespaceSymbol inner => Types(inner),
            INamedTypeSymbol type when IsVisible(type) => Types(type).Prepend(type),
            _ => [],
        });

    private static string Describe(INamedTypeSymbol type)
    {
        string modifiers = type switch
        {
            { IsStatic: true } => "static ",
            { TypeKind: TypeKind.Class, IsAbstract: true } => "abstract ",
            { TypeKind: TypeKind.Class, IsSealed: true } => "sealed ",
            { TypeKind: TypeKind.Struct } => $"{(type.IsReadOnly ? "readonly " : "")}{(type.IsRefLikeType ? "ref " : "")}",
            _ => "",
        };
        string kind = $"{(type.IsRecord ? "record " : "")}{type.TypeKind.ToString().ToLowerInvariant()}";
        IEnumerable<INamedTypeSymbol> bases = type is { TypeKind: TypeKind.Class, BaseType.SpecialType: not SpecialType.System_Object } ? [type.BaseType!] : [];
        string[] above = [.. bases.Select(Name), .. type.Interfaces.Where(IsVisible).Select(Name).Order(StringComparer.Ordinal)];
        string signature = type.DelegateInvokeMethod is { } invoke ? $" = {invoke.ToDisplayString(MemberFormat)}" : "";
        return $"{modifiers}{kind} {Name(type)}{(above.Length > 0 ? " : " : "")}{string.Join(", ", above)}{signature}";
    }

    private static IEnumerable<string> Members(INamedTypeSymbol type) =>
        (from member in type.GetMembers()
         where IsVisible(member) && type.TypeKind != TypeKind.Delegate
         where member is not INamedTypeSymbol && !(type.TypeKind == TypeKind.Enum && member is IMethodSymbol)
         where member is not IMethodSymbol { MethodKind: MethodKind.PropertyGet or MethodKind.PropertySet or MethodKind.EventAdd or MethodKind.EventRemove }
         // What the compiler adds to every struct and every record.
         where member is not IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters.Length: 0, ContainingType.TypeKind: TypeKind.Struct }
         where member is not IMethodSymbol || !member.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "CompilerGeneratedAttribute")
         select (member.Name, Text: member.ToDisplayString(MemberFormat) + Accessors(member)))
        .OrderBy(member => member.Name, StringComparer.Ordinal).ThenBy(member => member.Text, StringComparer.Ordinal).Select(member => member.Text);

    private static string Accessors(ISymbol member)
    {
        if (member is not IPropertySymbol property)
        {
            return "";
        }

        string get = property.GetMethod is { } getter && IsVisible(getter) ? " get;" : "";
        string set = property.SetMethod is { } setter && IsVisible(setter)
            ? $" {(setter.DeclaredAccessibility == property.DeclaredAccessibility ? "" : "protected ")}{(setter.IsInitOnly ? "init" : "set")};"
            : "";
        return $" {{{get}{set} }}";
    }
}
