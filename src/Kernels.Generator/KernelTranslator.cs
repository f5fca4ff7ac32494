using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Quern.Kernels.Generator;

/// <summary>Checks a kernel's form and translates it, with all that it calls.</summary>
internal static class KernelTranslator
{
    public static Translation<KernelModel> Translate(Compilation compilation, IMethodSymbol method, AttributeData attribute, CancellationToken cancel)
    {
        string entryPoint = Identifiers.Mangle($"{method.ContainingType.Name}_{method.Name}");
        var program = new ProgramTranslator(compilation, method, entryPoint, GroupSize(attribute), cancel);
        CheckForm(method, attribute, program);
        string? source = program.HasErrors ? null : program.TranslateKernel();
        KernelModel? model = source is null || program.HasErrors ? null : Model(method, attribute, entryPoint, source, program);
        return new Translation<KernelModel>(model, program);
    }

    /// <summary>The three sizes given to <c>[Kernel]</c>; zeros for none.</summary>
    private static (int X, int Y, int Z) GroupSize(AttributeData attribute)
    {
        ImmutableArray<TypedConstant> sizes = attribute.ConstructorArguments;
        return sizes.Length == 3 && sizes.All(size => size.Value is int)
            ? ((int)sizes[0].Value!, (int)sizes[1].Value!, (int)sizes[2].Value!)
            : default;
    }

    private static void CheckForm(IMethodSymbol method, AttributeData attribute, ProgramTranslator program)
    {
        Location location = method.Locations[0];
        void Refuse(string reason) => program.Report(Diagnostics.KernelForm, location, method.Name, reason);

        if (!method.IsStatic || !method.ReturnsVoid || method.IsAsync)
        {
            Refuse("must be static and return void");
        }

        if (!method.TypeParameters.All(OperatorNames.IsOperator))
        {
            Refuse("has a type parameter that is no operator; constrain it to 'struct' and an interface of Quern.Kernels.Operators");
        }

        for (INamedTypeSymbol? type = method.ContainingType; type is not null; type = type.ContainingType)
        {
            if (!ContainingTypes.IsPartial(type) || type.IsGenericType)
            {
                Refuse($"stands in '{type.Name}', which must be partial and not generic, to get the kernel's launcher");
            }
        }

        if (method.ContainingType.GetMembers(method.Name).Length > 1)
        {
            Refuse("has the name of another method of its class; give it one of its own, since its launcher is named after it");
        }

        if (attribute.ConstructorArguments.Any(size => size.Value is int and < 1))
        {
            Refuse("asks for a group with a size below 1");
        }

        foreach (IParameterSymbol parameter in method.Parameters)
        {
            bool isView = Words.IsView(parameter.Type, out ITypeSymbol? element);
            ITypeSymbol passed = element ?? parameter.Type;
            if (parameter.RefKind != RefKind.None || (!isView && program.TypeName(passed) is null))
            {
                program.Report(Diagnostics.ParameterType, parameter.Locations[0], parameter.Name, parameter.Type.ToDisplayString());
            }
            else if (program.TypeName(passed) is not null && !StructLayout.IsShared(passed))
            {
                program.Report(Diagnostics.StructLayout, parameter.Locations[0], passed.ToDisplayString());
            }

            if (HoldsBool(passed))
            {
                program.ReportForIlgpu(Diagnostics.BoolOfHost, parameter.Locations[0], parameter.Name);
            }
        }
    }

    private static bool HoldsBool(ITypeSymbol type)
        => type.SpecialType == SpecialType.System_Boolean
            || (type.TypeKind == TypeKind.Struct && type.SpecialType == SpecialType.None
                && type.GetMembers().OfType<IFieldSymbol>().Any(field => !field.IsStatic && HoldsBool(field.Type)));

    private static KernelParameterForm Form(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Int64 or SpecialType.System_Single => KernelParameterForm.Number,
        _ => Words.IsView(type, out _) ? KernelParameterForm.View : KernelParameterForm.Value,
    };

    private static KernelModel Model(
        IMethodSymbol method, AttributeData attribute, string entryPoint, string source, ProgramTranslator program)
    {
        INamespaceSymbol space = method.ContainingNamespace;
        IEnumerable<KernelParameter> parameters = method.Parameters.Select(parameter =>
        {
            ITypeSymbol type = Words.IsView(parameter.Type, out ITypeSymbol? element) ? element! : parameter.Type;
            string name = SyntaxFacts.GetKeywordKind(parameter.Name) == SyntaxKind.None ? parameter.Name : "@" + parameter.Name;
            return new KernelParameter(name, type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat), Form(parameter.Type));
        });
        return new KernelModel(
            space.IsGlobalNamespace ? "" : space.ToDisplayString(),
            new EquatableArray<string>(ContainingTypes.Of(method.ContainingType)),
            method.Name,
            SyntaxFacts.GetText(method.DeclaredAccessibility),
            $"{method.ContainingType.ToDisplayString()}.{method.Name}",
            entryPoint,
            source,
            program.UsesDouble,
            new EquatableArray<KernelParameter>(parameters.ToImmutableArray()),
            new EquatableArray<int>(attribute.ConstructorArguments.Select(size => (int)size.Value!).ToImmutableArray()),
            new EquatableArray<KernelTypeParameter>(method.TypeParameters.Select(TypeParameter).ToImmutableArray()),
            new EquatableArray<string>(program.Uses));
    }

    private static KernelTypeParameter TypeParameter(ITypeParameterSymbol parameter)
        => new(parameter.Name, "struct, " + string.Join(", ", parameter.ConstraintTypes.Select(OperatorNames.CSharp)));
}
