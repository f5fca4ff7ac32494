using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Quern.Kernels.Generator;

/// <summary>One OpenCL C program: a kernel, the functions that it calls, before it, and the structs that they use, before them.</summary>
internal sealed class ProgramTranslator
{
    private readonly Compilation _compilation;
    private readonly List<DiagnosticInfo> _diagnostics = [];
    private readonly List<DiagnosticInfo> _diagnosticsForIlgpu = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _functions = new(StringComparer.Ordinal);
    private readonly Dictionary<ITypeSymbol, string> _structs = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<IMethodSymbol, bool> _effects = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<IMethodSymbol, bool> _writesMemory = new(SymbolEqualityComparer.Default);
    private readonly HashSet<IMethodSymbol> _underway = new(SymbolEqualityComparer.Default);
    private readonly StringBuilder _structText = new();
    private readonly List<OperatorFunctionModel> _functionTexts = [];
    private readonly SortedSet<string> _uses = new(StringComparer.Ordinal);
    private readonly ISymbol _translated;
    private readonly string _entryPoint = "";
    private bool _failed;

    /// <summary>For a kernel.</summary>
    public ProgramTranslator(
        Compilation compilation, IMethodSymbol kernel, string entryPoint, (int X, int Y, int Z) group, CancellationToken cancel)
    {
        _entryPoint = entryPoint;
        _names.Add(entryPoint);
        _compilation = compilation;
        _translated = kernel;
        Group = group;
        Cancel = cancel;
    }

    /// <summary>For an operator.</summary>
    public ProgramTranslator(Compilation compilation, INamedTypeSymbol type, CancellationToken cancel)
    {
        _compilation = compilation;
        _translated = type;
        Cancel = cancel;
    }

    /// <summary>The group's size that <c>[Kernel]</c> asks for; zeros for any.</summary>
    public (int X, int Y, int Z) Group { get; }

    public CancellationToken Cancel { get; }

    public bool HasErrors => _failed || _diagnostics.Count > 0;

    /// <summary>The functions translated so far, each after those that it calls.</summary>
    public ImmutableArray<OperatorFunctionModel> Functions => _functionTexts.ToImmutableArray();

    /// <summary>The operators whose formulas are called, as C# names them.</summary>
    public ImmutableArray<string> Uses => _uses.ToImmutableArray();

    public ImmutableArray<DiagnosticInfo> Diagnostics => _diagnostics.ToImmutableArray();

    /// <summary>What ILGPU would translate wrongly, though OpenCL C has it right.</summary>
    public ImmutableArray<DiagnosticInfo> DiagnosticsForIlgpu => _diagnosticsForIlgpu.ToImmutableArray();

    /// <summary>Whether the program computes with <c>double</c>.</summary>
    public bool UsesDouble { get; private set; }

    public void Report(DiagnosticDescriptor descriptor, Location location, params string[] arguments)
        => Add(_diagnostics, DiagnosticInfo.Create(descriptor, location, arguments));

    public void ReportForIlgpu(DiagnosticDescriptor descriptor, Location location, params string[] arguments)
        => Add(_diagnosticsForIlgpu, DiagnosticInfo.Create(descriptor, location, arguments));

    /// <summary>Gives the kernel up where the compiler says why.</summary>
    public void Fail() => _failed = true;

    /// <summary>The whole program; of use only if there are no errors.</summary>
    public string? TranslateKernel()
    {
        var method = (IMethodSymbol)_translated;
        if (Body(method) is not { } body)
        {
            Report(Generator.Diagnostics.KernelForm, method.Locations[0], method.Name, "has no body");
            return null;
        }

        _underway.Add(method);
        new BarrierCheck(this).Check(body);
        string kernel = new FunctionTranslator(this, method, _entryPoint, isKernel: true, TypeArguments.None, []).Translate(body);
        string extension = UsesDouble ? "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n\n" : "";
        return $"{extension}{_structText}{string.Concat(_functionTexts.Select(function => function.Text))}{kernel}";
    }

    /// <summary>Translates a formula of the operator, with all that it calls.</summary>
    public void TranslateFormula(IMethodSymbol formula)
    {
        Function(formula, TypeArguments.Of(formula), [.. formula.Parameters.Select(_ => AddressSpace.None)], formula.Locations[0]);
        if (_structs.Count > 0)
        {
            Report(Generator.Diagnostics.TypeNotAvailable, formula.Locations[0], _structs.Keys.First().ToDisplayString(), "; in a formula, of numbers only");
        }
    }

    /// <summary>The name of another operator's formula, which comes with that operator.</summary>
    /// <param name="type">The operator, or the type parameter that stands for one.</param>
    /// <param name="formula">The formula's name.</param>
    public string Formula(ITypeSymbol type, string formula)
    {
        if (!SymbolEqualityComparer.Default.Equals(type, _translated))
        {
            _uses.Add(OperatorNames.CSharp(type));
        }

        return $"{OperatorNames.Of(type)}_{formula}";
    }

    /// <summary>The name of the function that a method becomes, translated if it has not been yet; null if that is refused.</summary>
    /// <param name="method">The method, with its type arguments.</param>
    /// <param name="typeArguments">What the method's type parameters stand for.</param>
    /// <param name="spaces">The address space of each parameter; none for those that are no views.</param>
    /// <param name="call">Where it is called.</param>
    public string? Function(IMethodSymbol method, TypeArguments typeArguments, ImmutableArray<AddressSpace> spaces, Location call)
    {
        Cancel.ThrowIfCancellationRequested();

        // The display of a method names neither its type nor its parameters.
        string type = method.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        string parameters = string.Join(",", method.Parameters.Select(p => p.Type.ToDisplayString()));
        string key = $"{type}.{method.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)}|{method.MethodKind}|{parameters}|{string.Join(",", spaces)}";
        if (_underway.Contains(method.OriginalDefinition))
        {
            Report(Generator.Diagnostics.Recursion, call, method.Name);
            return null;
        }

        if (_functions.TryGetValue(key, out string? name))
        {
            return name;
        }

        if (Body(method) is not { } body)
        {
            Report(
                Generator.Diagnostics.MemberNotAvailable,
                call,
                method.ToDisplayString(),
                "call methods whose C# is in this project, or the words of Quern.Kernels.Language");
            return null;
        }

        name = _translated is INamedTypeSymbol ? FormulaName(method) : Identifiers.Unique(FunctionName(method, spaces), _names);
        _functions.Add(key, name);
        _underway.Add(method.OriginalDefinition);
        string text = new FunctionTranslator(this, method, name, isKernel: false, typeArguments, spaces).Translate(body);
        _underway.Remove(method.OriginalDefinition);
        _functionTexts.Add(new OperatorFunctionModel(name, text + "\n"));
        return name;
    }

    /// <summary>The body of a method whose source is at hand.</summary>
    public IBlockOperation? Body(IMethodSymbol method)
    {
        if (method.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault() is not { } reference)
        {
            return null;
        }

        SyntaxNode syntax = reference.GetSyntax(Cancel);
        return _compilation.GetSemanticModel(syntax.SyntaxTree).GetOperation(syntax, Cancel) switch
        {
            IMethodBodyOperation body => body.BlockBody ?? body.ExpressionBody,
            IConstructorBodyOperation { Initializer: null } body => body.BlockBody ?? body.ExpressionBody,
            IBlockOperation block => block,
            _ => null,
        };
    }

    /// <summary>Whether calling a method changes anything but its own locals.</summary>
    public bool HasEffects(IMethodSymbol method)
    {
        method = method.OriginalDefinition;
        if (!_effects.TryGetValue(method, out bool effects))
        {
            _effects[method] = false;
            effects = HasReferences(method) || (Body(method) is { } body && body.Descendants().Any(part => HasEffects(part, method)));
            _effects[method] = effects;
        }

        return effects;
    }

    /// <summary>A type's name in OpenCL C, or null for a type that kernels do not support. Structs are declared when first named.</summary>
    public string? TypeName(ITypeSymbol type)
    {
        if (Words.ScalarName(type) is { } scalar)
        {
            // A formula is for every device, and not every device has double.
            bool isDouble = type.SpecialType == SpecialType.System_Double;
            UsesDouble |= isDouble;
            return isDouble && _translated is INamedTypeSymbol ? null : scalar;
        }

        if (Words.IsFloat4(type))
        {
            return "float4";
        }

        if (_structs.TryGetValue(type, out string? name))
        {
            return name;
        }

        return IsPlainStruct(type) ? DeclareStruct((INamedTypeSymbol)type) : null;
    }

    /// <summary>Whether a type is a struct that the program declares.</summary>
    public bool IsStruct(ITypeSymbol type) => TypeName(type) is not null && _structs.ContainsKey(type);

    /// <summary>A type's name in buffers, structs and a kernel's arguments, where C has no <c>bool</c> of a known size.</summary>
    public string? StoredTypeName(ITypeSymbol type) => type.SpecialType == SpecialType.System_Boolean ? "uchar" : TypeName(type);

    private static void Add(List<DiagnosticInfo> diagnostics, DiagnosticInfo diagnostic)
    {
        if (!diagnostics.Contains(diagnostic))
        {
            diagnostics.Add(diagnostic);
        }
    }

    private static bool IsPlainStruct(ITypeSymbol type)
        => type is INamedTypeSymbol { TypeKind: TypeKind.Struct, IsGenericType: false, IsUnmanagedType: true, IsRecord: false, SpecialType: SpecialType.None }
            && !type.DeclaringSyntaxReferences.IsEmpty
            && !type.GetAttributes().Any(attribute => attribute.AttributeClass?.Name is "StructLayoutAttribute" or "InlineArrayAttribute");

    private string? DeclareStruct(INamedTypeSymbol type)
    {
        var fields = type.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsStatic).ToList();
        var text = new CodeWriter();
        text.Line($"// {type.ToDisplayString()}");
        text.Line("typedef struct");
        text.Open();
        foreach (IFieldSymbol field in fields)
        {
            if (field.IsImplicitlyDeclared || field.IsFixedSizeBuffer || StoredTypeName(field.Type) is not { } fieldType)
            {
                return null;
            }

            text.Line($"{fieldType} {Identifiers.Mangle(field.Name)};");
        }

        // One driver counts a struct's bytes without those that C leaves at its end, unless they have a name.
        if (fields.Count > 0 && StructLayout.Padding(type) is > 0 and var padding)
        {
            string unused = Identifiers.Unique("padding", [.. fields.Select(field => Identifiers.Mangle(field.Name))]);
            text.Line($"uchar {unused}[{padding.ToString(System.Globalization.CultureInfo.InvariantCulture)}];");
        }

        string name = Identifiers.Unique(type.Name, _names);
        text.Close($" {name};");
        _structs.Add(type, name);
        _structText.Append(text).Append('\n');
        return fields.Count == 0 ? null : name;
    }

    // The same in every operator that calls it, so that a program of several has it once; and none that a kernel gives to its own functions.
    private static string FormulaName(IMethodSymbol method)
    {
        ImmutableArray<ISymbol> namesakes = method.ContainingType.GetMembers(method.Name);
        string number = namesakes.Length > 1 ? (namesakes.IndexOf(method.OriginalDefinition) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture) : "";
        string shared = OperatorNames.IsOperator(method.ContainingType) ? "" : "Shared_";
        return $"{shared}{OperatorNames.OfDeclaration(method.ContainingType)}_{method.Name.Split('.').Last()}{number}";
    }

    private static string FunctionName(IMethodSymbol method, ImmutableArray<AddressSpace> spaces)
    {
        string own = method.MethodKind switch
        {
            MethodKind.Constructor => "new",
            MethodKind.UserDefinedOperator => method.Name.Substring("op_".Length),
            MethodKind.PropertyGet => method.AssociatedSymbol!.Name,
            _ => method.Name,
        };
        string name = $"{method.ContainingType.Name}_{own}";
        foreach (ITypeSymbol argument in method.TypeArguments)
        {
            name += "_" + argument.Name;
        }

        // A function for views of global memory has the plain name; C needs another for each other kind of memory.
        if (spaces.Any(space => space is AddressSpace.Local or AddressSpace.Private))
        {
            foreach (AddressSpace space in spaces.Where(space => space != AddressSpace.None))
            {
                name += "_" + space.ToString().ToLowerInvariant();
            }
        }

        return name;
    }

    private static bool HasReferences(IMethodSymbol method)
        => method.Parameters.Any(parameter => parameter.RefKind is RefKind.Ref or RefKind.Out);

    /// <summary>Whether an operation changes something outside the method that it stands in.</summary>
    private bool HasEffects(IOperation operation, IMethodSymbol within) => operation switch
    {
        IAssignmentOperation assignment => !IsOwn(assignment.Target, within),
        IIncrementOrDecrementOperation increment => !IsOwn(increment.Target, within),
        IInvocationOperation { TargetMethod: var target } when Words.IsWord(target.ContainingType) => Words.HasEffects(target),
        IInvocationOperation { TargetMethod: var target } call
            => WritesMemory(target)
                || (call.Instance is { } instance && HasEffects(target) && !IsOwn(instance, within))
                || call.Arguments.Any(argument => argument.Parameter is { RefKind: RefKind.Ref or RefKind.Out } && !IsOwn(argument.Value, within)),
        _ => false,
    };

    /// <summary>Whether a method writes to views, or waits at a barrier.</summary>
    private bool WritesMemory(IMethodSymbol method)
    {
        method = method.OriginalDefinition;
        if (!_writesMemory.TryGetValue(method, out bool writes))
        {
            _writesMemory[method] = false;
            writes = Body(method) is { } body && body.Descendants().Any(part => part switch
            {
                IAssignmentOperation assignment => IsElement(assignment.Target),
                IIncrementOrDecrementOperation increment => IsElement(increment.Target),
                IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument => IsElement(argument.Value),
                IInvocationOperation { TargetMethod: var target } when Words.IsWord(target.ContainingType) => Words.HasEffects(target),
                IInvocationOperation { TargetMethod: var target } => WritesMemory(target),
                _ => false,
            });
            _writesMemory[method] = writes;
        }

        return writes;
    }

    private static bool IsElement(IOperation target) => target switch
    {
        IPropertyReferenceOperation => true,
        IFieldReferenceOperation { Instance: { } instance } => IsElement(instance),
        _ => false,
    };

    private static bool IsOwn(IOperation target, IMethodSymbol method) => target switch
    {
        ILocalReferenceOperation or IDeclarationExpressionOperation => true,
        IParameterReferenceOperation { Parameter.RefKind: RefKind.None } => true,
        IInstanceReferenceOperation => method.MethodKind == MethodKind.Constructor,
        IFieldReferenceOperation { Instance: { } instance } => IsOwn(instance, method),
        _ => false,
    };
}
