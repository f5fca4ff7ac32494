using Microsoft.CodeAnalysis;

namespace Quern.Kernels.Generator;

/// <summary>Which types are operators, and how their formulas are called in OpenCL C.</summary>
internal static class OperatorNames
{
    /// <summary>The operator whose formulas are the words of all others.</summary>
    public const string Words = "DeviceScalar";

    // Around what only the running program knows: the name of the operator that a type stands for.
    private const char Open = '\u0002';
    private const char Close = '\u0003';

    /// <summary>Whether a type is an operator: a struct that implements <c>IOperator</c>.</summary>
    public static bool IsOperator(ITypeSymbol type) => type.TypeKind == TypeKind.Struct && type.AllInterfaces.Any(IsOperatorInterface);

    /// <summary>Whether a type parameter stands for an operator.</summary>
    public static bool IsOperator(ITypeParameterSymbol parameter)
        => parameter.HasValueTypeConstraint
            && parameter.ConstraintTypes.Any(constraint => IsOperatorInterface(constraint) || constraint.AllInterfaces.Any(IsOperatorInterface));

    /// <summary>Whether an interface is that of the words of a formula.</summary>
    public static bool IsWords(ITypeSymbol type) => IsInterface(type, "IArithmetic");

    /// <summary>The formulas that an operator has to have, as its interfaces declare them.</summary>
    public static IEnumerable<IMethodSymbol> Formulas(INamedTypeSymbol type)
        => type.AllInterfaces
            .Where(candidate => IsWords(candidate) || candidate.AllInterfaces.Any(IsOperatorInterface))
            .SelectMany(candidate => candidate.GetMembers().OfType<IMethodSymbol>())
            .Where(method => method is { IsStatic: true, IsAbstract: true, MethodKind: MethodKind.Ordinary });

    /// <summary>An operator's name in OpenCL C: for a type parameter or a generic type a mark that the generated C# replaces.</summary>
    public static string Of(ITypeSymbol type)
        => type is ITypeParameterSymbol || type is INamedTypeSymbol { IsGenericType: true }
            ? Open + CSharp(type) + Close
            : Plain(type);

    /// <summary>The name of a generic operator or one that is not generic, the marks for type arguments within it.</summary>
    public static string OfDeclaration(INamedTypeSymbol type)
        => Plain(type) + string.Concat(type.TypeParameters.Select(parameter => "_" + Of(parameter)));

    /// <summary>A type as C# names it anywhere.</summary>
    public static string CSharp(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    /// <summary>
    /// OpenCL C as the text of an interpolated string of C#, with each mark replaced by the name that it stands for: between as many
    /// braces as the string has dollar signs.
    /// </summary>
    public static string Interpolated(string text, int dollars)
        => text
            .Replace(Open.ToString(), new string('{', dollars) + "(global::Quern.Kernels.Operators.OperatorSource.Of<")
            .Replace(Close.ToString(), ">().Name)" + new string('}', dollars));

    private static string Plain(ITypeSymbol type)
    {
        string name = type.Name;
        for (INamedTypeSymbol? outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            name = $"{outer.Name}_{name}";
        }

        string space = type.ContainingNamespace.IsGlobalNamespace ? "global" : type.ContainingNamespace.ToDisplayString();
        bool isOwn = space == "Quern.Kernels" || space.StartsWith("Quern.Kernels.", StringComparison.Ordinal);
        return Identifiers.Mangle(isOwn ? name : $"{space.Replace('.', '_')}_{name}");
    }

    private static bool IsOperatorInterface(ITypeSymbol type) => IsInterface(type, "IOperator");

    private static bool IsInterface(ITypeSymbol type, string name)
        => type.Name == name && type.TypeKind == TypeKind.Interface && type.ContainingNamespace?.ToDisplayString() == "Quern.Kernels.Operators";
}
