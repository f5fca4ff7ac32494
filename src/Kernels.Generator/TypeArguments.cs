using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Quern.Kernels.Generator;

/// <summary>What the type parameters of a generic method stand for in one call.</summary>
internal sealed class TypeArguments
{
    private readonly ImmutableArray<ITypeParameterSymbol> _parameters;
    private readonly ImmutableArray<ITypeSymbol> _arguments;

    private TypeArguments(ImmutableArray<ITypeParameterSymbol> parameters, ImmutableArray<ITypeSymbol> arguments)
    {
        _parameters = parameters;
        _arguments = arguments;
    }

    public static TypeArguments None { get; } = new([], []);

    /// <summary>The method's own type arguments, which must be free of type parameters.</summary>
    public static TypeArguments Of(IMethodSymbol method) => new(method.OriginalDefinition.TypeParameters, method.TypeArguments);

    /// <summary>A type with every type parameter replaced by what it stands for.</summary>
    public ITypeSymbol Resolve(ITypeSymbol type)
    {
        if (type is ITypeParameterSymbol parameter)
        {
            int index = _parameters.IndexOf(parameter, SymbolEqualityComparer.Default);
            return index < 0 ? type : _arguments[index];
        }

        return type is INamedTypeSymbol { IsGenericType: true, IsUnboundGenericType: false } named && _parameters.Length > 0
            ? named.OriginalDefinition.Construct(named.TypeArguments.Select(Resolve).ToArray())
            : type;
    }

    /// <summary>The method that a call means, with its type arguments free of type parameters.</summary>
    /// <param name="method">The method as the call names it.</param>
    /// <param name="constrainedTo">The type parameter that a static abstract method is called on, if it is one.</param>
    public IMethodSymbol? Resolve(IMethodSymbol method, ITypeSymbol? constrainedTo)
    {
        if (constrainedTo is not null
            && method.ContainingType.TypeKind == TypeKind.Interface
            && Resolve(constrainedTo) is INamedTypeSymbol type)
        {
            return type.FindImplementationForInterfaceMember(method) as IMethodSymbol;
        }

        return method.IsGenericMethod
            ? method.OriginalDefinition.Construct(method.TypeArguments.Select(Resolve).ToArray())
            : method;
    }
}
