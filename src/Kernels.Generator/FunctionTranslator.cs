using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Quern.Kernels.Generator;

/// <summary>One C# method as one OpenCL C function: here its head and its statements.</summary>
internal sealed partial class FunctionTranslator
{
    private static readonly SymbolDisplayFormat Signature = SymbolDisplayFormat.CSharpShortErrorMessageFormat
        .WithParameterOptions(SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeParamsRefOut);

    private readonly ProgramTranslator _program;
    private readonly IMethodSymbol _method;
    private readonly string _name;
    private readonly bool _isKernel;
    private readonly TypeArguments _types;
    private readonly ImmutableArray<AddressSpace> _parameterSpaces;
    private readonly Dictionary<ISymbol, string> _names = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, AddressSpace> _spaces = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, string> _lengths = new(SymbolEqualityComparer.Default);
    private readonly HashSet<string> _sharedNames = new(StringComparer.Ordinal);
    private readonly List<string> _prologue = [];
    private readonly CodeWriter _body = new();
    private HashSet<string> _used = new(StringComparer.Ordinal);
    private IBlockOperation _bodyOperation = null!;
    private ValueFacts _facts = null!;
    private string? _self;
    private bool _selfIsPointer;

    public FunctionTranslator(
        ProgramTranslator program,
        IMethodSymbol method,
        string name,
        bool isKernel,
        TypeArguments types,
        ImmutableArray<AddressSpace> parameterSpaces)
    {
        _program = program;
        _method = method;
        _name = name;
        _isKernel = isKernel;
        _types = types;
        _parameterSpaces = parameterSpaces;
        _used.Add(name);
    }

    private bool IsConstructor => _method.MethodKind == MethodKind.Constructor;

    /// <summary>The function's text.</summary>
    public string Translate(IBlockOperation body)
    {
        _bodyOperation = body;
        _facts = new ValueFacts(body);
        _used.UnionWith(body.Descendants().Select(operation => operation.Type).OfType<INamedTypeSymbol>().Select(type => type.Name));
        List<string> parameters = [.. Receiver(), .. _method.Parameters.SelectMany(Parameter)];
        _body.Indent();
        Block(body);
        if (IsConstructor)
        {
            _body.Line($"return {_self};");
        }

        var text = new CodeWriter();
        text.Line($"// {Ascii(_method.ContainingNamespace.IsGlobalNamespace ? "" : _method.ContainingNamespace.ToDisplayString() + ".")}{Ascii(_method.ToDisplayString(Signature))}");
        string head = $"{Head()} {_name}(";
        if (_isKernel && parameters.Count > 0)
        {
            text.Line(head);
            text.Indent();
            for (int i = 0; i < parameters.Count; i++)
            {
                text.Line(parameters[i] + (i + 1 < parameters.Count ? "," : ")"));
            }

            text.Outdent();
        }
        else
        {
            text.Line($"{head}{(parameters.Count == 0 ? "void" : string.Join(", ", parameters))})");
        }

        text.Open();
        foreach (string line in _prologue)
        {
            text.Line(line);
        }

        if (_prologue.Count > 0)
        {
            text.Line();
        }

        text.Outdent();
        return text.ToString() + _body + "}\n";
    }

    // Some drivers take no other characters, not even in comments.
    private static string Ascii(string text) => new(text.Select(c => c < 128 ? c : '?').ToArray());

    private string Head()
    {
        if (!_isKernel)
        {
            ITypeSymbol result = IsConstructor ? _method.ContainingType : _types.Resolve(_method.ReturnType);
            if (_method.RefKind != RefKind.None)
            {
                NotAvailable(_method.Locations[0], "Returning a reference", "return the value");
            }

            return $"static {TypeName(result, _method.Locations[0])}";
        }

        (int x, int y, int z) = _program.Group;
        string size = x > 0 ? $"__attribute__((reqd_work_group_size({x}, {y}, {z})))\n" : "";
        return $"__kernel {size}void";
    }

    private IEnumerable<string> Receiver()
    {
        if (_method.IsStatic)
        {
            return [];
        }

        string type = TypeName(_method.ContainingType, _method.Locations[0]);
        _self = Identifiers.Unique("self", _used);
        if (IsConstructor)
        {
            _prologue.Add($"{type} {_self};");
            return [];
        }

        _selfIsPointer = _program.HasEffects(_method);
        return [_selfIsPointer ? $"{type}* {_self}" : $"{type} {_self}"];
    }

    private IEnumerable<string> Parameter(IParameterSymbol parameter)
    {
        IParameterSymbol declared = parameter.OriginalDefinition;
        Location location = declared.Locations[0];
        ITypeSymbol type = _types.Resolve(declared.Type);
        string name = Identifiers.Unique(declared.Name, _used);
        _names.Add(declared, name);
        if (!Words.IsView(type, out ITypeSymbol? element))
        {
            bool isPointer = declared.RefKind is RefKind.Ref or RefKind.Out;
            string typeName = _isKernel ? StoredTypeName(type, location) : TypeName(type, location);
            if (!isPointer && _program.IsStruct(type) && (_isKernel || IsChanged(parameter)))
            {
                // Some drivers have a change reach the caller's struct, or the next work-item's; and PoCL reads a kernel's own struct again and again.
                string given = Identifiers.Unique(declared.Name + "_given", _used);
                _prologue.Add($"{typeName} {name} = {given};");
                return [$"{typeName} {given}"];
            }

            return [$"{typeName}{(isPointer ? "*" : "")} {name}"];
        }

        if (declared.RefKind != RefKind.None || _facts.WriteCount(declared) > 0)
        {
            _program.Report(Diagnostics.View, location, $"The view '{declared.Name}' is replaced here; declare another view instead");
        }

        AddressSpace space = _isKernel ? AddressSpace.Global : _parameterSpaces[declared.Ordinal];
        _spaces.Add(declared, space);
        string pointer = PointerTo(space, StoredTypeName(element!, location));
        if (!_isKernel)
        {
            return [$"{pointer} {name}"];
        }

        string buffer = Identifiers.Unique(declared.Name + "_buffer", _used);
        string offset = Identifiers.Unique(declared.Name + "_offset", _used);
        string length = Identifiers.Unique(declared.Name + "_length", _used);
        _lengths.Add(declared, length);
        _prologue.Add($"{pointer} {name} = {buffer} + {offset};");
        return [$"{pointer} {buffer}, long {offset}, long {length}"];
    }

    /// <summary>Whether the method changes a struct that it was given by value.</summary>
    private bool IsChanged(IParameterSymbol parameter)
    {
        return _bodyOperation.Descendants().Any(operation => operation switch
        {
            IAssignmentOperation assignment => IsPart(assignment.Target),
            IIncrementOrDecrementOperation increment => IsPart(increment.Target),
            IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument => IsPart(argument.Value),
            IInvocationOperation { Instance: { } instance } call => IsPart(instance) && _program.HasEffects(call.TargetMethod),
            _ => false,
        });

        bool IsPart(IOperation target) => target switch
        {
            IParameterReferenceOperation reference => SymbolEqualityComparer.Default.Equals(reference.Parameter.OriginalDefinition, parameter.OriginalDefinition),
            IFieldReferenceOperation { Instance: { } instance } => IsPart(instance),
            _ => false,
        };
    }

    private void Block(IBlockOperation block) => Block(block.Operations, block.Locals);

    /// <summary>
    /// Statements with the declarations first: those that lead the block keep their initial values, the others leave theirs
    /// behind as assignments.
    /// </summary>
    private void Block(ImmutableArray<IOperation> operations, ImmutableArray<ILocalSymbol> locals)
    {
        HashSet<string> outer = _used;
        _used = new HashSet<string>(outer, StringComparer.Ordinal);
        bool any = false;
        int start = 0;
        while (start < operations.Length
            && operations[start] is IVariableDeclarationGroupOperation group
            && !Declarators(group).Any(declarator => _names.ContainsKey(declarator.Symbol))
            && !group.Descendants().Any(operation => operation is IDeclarationExpressionOperation))
        {
            foreach (IVariableDeclaratorOperation declarator in Declarators(group).Where(declarator => !declarator.Symbol.IsConst))
            {
                any |= Declare(declarator.Symbol, withValue: true);
            }

            start++;
        }

        foreach (ILocalSymbol local in locals.Where(local => !_names.ContainsKey(local) && !local.IsConst))
        {
            any |= Declare(local, withValue: false);
        }

        if (any && start < operations.Length)
        {
            _body.Line();
        }

        foreach (IOperation operation in operations.Skip(start))
        {
            Statement(operation);
        }

        _used = outer;
    }

    private static IEnumerable<IVariableDeclaratorOperation> Declarators(IVariableDeclarationGroupOperation group)
        => group.Declarations.SelectMany(declaration => declaration.Declarators);

    /// <summary>Declares a local, with its initial value or ahead of the statement that gives it; false where no line was written.</summary>
    private bool Declare(ILocalSymbol local, bool withValue)
    {
        Location location = local.Locations[0];
        IOperation? value = _facts.FirstValue(local);
        if (IsAllocation(value))
        {
            return DeclareMemory(local, (IInvocationOperation)value!, location);
        }

        CheckLocal(local, location);
        string declaration = Declaration(local, value, location);
        bool hasValue = withValue && local.DeclaringSyntaxReferences[0].GetSyntax() is VariableDeclaratorSyntax { Initializer: not null };
        _body.Line(hasValue ? $"{declaration} = {Value(value!).Text};" : $"{declaration};");
        return true;
    }

    private void CheckLocal(ILocalSymbol local, Location location)
    {
        if (local.RefKind != RefKind.None)
        {
            NotAvailable(location, "A ref local", "use the element itself");
        }

        if (Words.IsView(_types.Resolve(local.Type), out _) && _facts.WriteCount(local) != 1)
        {
            _program.Report(Diagnostics.View, location, $"The view '{local.Name}' must be given its value once, where it is declared");
        }
    }

    private string Declaration(ILocalSymbol local, IOperation? value, Location location)
    {
        ITypeSymbol type = _types.Resolve(local.Type);
        string name = Name(local);
        if (!Words.IsView(type, out ITypeSymbol? element))
        {
            return $"{TypeName(type, location)} {name}";
        }

        AddressSpace space = value is null ? AddressSpace.None : Space(value);
        _spaces[local] = space;
        return $"{PointerTo(space, StoredTypeName(element!, location))} {name}";
    }

    /// <summary>Memory that a local view names: an array, of the group at the kernel's top or of the work-item in place.</summary>
    private bool DeclareMemory(ILocalSymbol local, IInvocationOperation allocation, Location location)
    {
        bool isShared = allocation.TargetMethod.ContainingType.Name == "SharedMemory";
        string name = Name(local);
        while (isShared && !_sharedNames.Add(name))
        {
            name = _names[local] = Identifiers.Unique(local.Name, _used);
        }

        _spaces[local] = isShared ? AddressSpace.Local : AddressSpace.Private;
        CheckLocal(local, location);
        string type = StoredTypeName(_types.Resolve(allocation.TargetMethod.TypeArguments[0]), location);
        if (allocation.Arguments[0].Value.ConstantValue is not { HasValue: true, Value: int and > 0 and var extent })
        {
            _program.Report(
                Diagnostics.MemoryAllocation,
                allocation.Arguments[0].Syntax.GetLocation(),
                "The number of elements must be a constant above 0; make it a const");
            return false;
        }

        // Aligned for Cast<Float4>().
        string array = $"{type} {name}[{extent.ToString(CultureInfo.InvariantCulture)}] __attribute__((aligned(16)))";
        if (!isShared)
        {
            _body.Line($"{array};");
        }
        else if (_isKernel)
        {
            _prologue.Add($"__local {array};");
        }
        else
        {
            _program.Report(
                Diagnostics.MemoryAllocation,
                allocation.Syntax.GetLocation(),
                "Shared memory belongs to the kernel's own body; allocate it there and pass the view to this method");
        }

        return !isShared;
    }

    private void Statement(IOperation operation)
    {
        _program.Cancel.ThrowIfCancellationRequested();
        switch (operation)
        {
            case IBlockOperation block:
                _body.Open();
                Block(block);
                _body.Close();
                break;
            case IVariableDeclarationGroupOperation group:
                foreach (IVariableDeclaratorOperation declarator in Declarators(group))
                {
                    if (declarator.GetVariableInitializer()?.Value is { } value && !declarator.Symbol.IsConst && !IsAllocation(value))
                    {
                        _body.Line($"{Name(declarator.Symbol)} = {Value(value).Text};");
                    }
                }

                break;
            case IExpressionStatementOperation expression:
                _body.Line($"{Effect(expression.Operation)};");
                break;
            case IConditionalOperation conditional:
                If(conditional, "if");
                break;
            case IForLoopOperation loop:
                For(loop);
                break;
            case IWhileLoopOperation { ConditionIsTop: true, ConditionIsUntil: false, Condition: { } condition } loop:
                _body.Line($"while ({Value(condition).Text})");
                Embedded(loop.Body);
                break;
            case IWhileLoopOperation { ConditionIsTop: false, ConditionIsUntil: false, Condition: { } condition } loop:
                _body.Line("do");
                Embedded(loop.Body);
                _body.Line($"while ({Value(condition).Text});");
                break;
            case ISwitchOperation choice:
                Switch(choice);
                break;
            case IReturnOperation { Kind: OperationKind.Return } result:
                string returned = result.ReturnedValue is { } returnedValue ? Returned(returnedValue) : IsConstructor ? $" {_self}" : "";
                _body.Line($"return{returned};");
                break;
            case IBranchOperation { BranchKind: BranchKind.Break }:
                _body.Line("break;");
                break;
            case IBranchOperation { BranchKind: BranchKind.Continue }:
                _body.Line("continue;");
                break;
            case IEmptyOperation:
                break;
            default:
                Refuse(operation);
                break;
        }
    }

    private string Returned(IOperation value)
    {
        if (Words.IsView(_types.Resolve(value.Type!), out _))
        {
            _program.Report(Diagnostics.View, value.Syntax.GetLocation(), "A method cannot return a view; make the view where it is used");
        }

        return $" {Value(value).Text}";
    }

    private void If(IConditionalOperation conditional, string keyword)
    {
        _body.Line($"{keyword} ({Value(conditional.Condition).Text})");
        Embedded(conditional.WhenTrue);
        switch (conditional.WhenFalse)
        {
            case null:
                break;
            case IConditionalOperation { Type: null } next:
                If(next, "else if");
                break;
            default:
                _body.Line("else");
                Embedded(conditional.WhenFalse);
                break;
        }
    }

    private void For(IForLoopOperation loop)
    {
        HashSet<string> outer = _used;
        _used = new HashSet<string>(outer, StringComparer.Ordinal);
        string before = "";
        if (loop.Before.Length == 1 && loop.Before[0] is IVariableDeclarationGroupOperation group)
        {
            foreach (IVariableDeclaratorOperation declarator in Declarators(group))
            {
                Location location = declarator.Syntax.GetLocation();
                IOperation? value = declarator.GetVariableInitializer()?.Value;
                if (Words.IsView(_types.Resolve(declarator.Symbol.Type), out _))
                {
                    _program.Report(Diagnostics.View, location, "A view cannot be a loop's variable; count with an int");
                    continue;
                }

                string declaration = before.Length == 0 ? Declaration(declarator.Symbol, value, location) : $", {Name(declarator.Symbol)}";
                before += value is null ? declaration : $"{declaration} = {Value(value).Text}";
            }
        }
        else
        {
            before = string.Join(", ", loop.Before.Select(Effect));
        }

        string condition = loop.Condition is null ? "" : " " + Value(loop.Condition).Text;
        string after = string.Join(", ", loop.AtLoopBottom.Select(Effect));
        _body.Line($"for ({before};{condition};{(after.Length > 0 ? " " + after : "")})");
        Embedded(loop.Body);
        _used = outer;
    }

    private void Switch(ISwitchOperation choice)
    {
        if (!Words.IsInteger(_types.Resolve(choice.Value.Type!), out _, out _))
        {
            NotAvailable(choice.Value.Syntax.GetLocation(), "A switch over anything but whole numbers", "use if");
            return;
        }

        // A local of one section can be seen in the others.
        bool ownScope = choice.Locals.Any(local => !local.IsConst);
        HashSet<string> outer = _used;
        _used = new HashSet<string>(outer, StringComparer.Ordinal);
        if (ownScope)
        {
            _body.Open();
            foreach (ILocalSymbol local in choice.Locals.Where(local => !local.IsConst))
            {
                Declare(local, withValue: false);
            }
        }

        _body.Line($"switch ({Value(choice.Value).Text})");
        _body.Open();
        foreach (ISwitchCaseOperation section in choice.Cases)
        {
            foreach (ICaseClauseOperation clause in section.Clauses)
            {
                switch (clause)
                {
                    case ISingleValueCaseClauseOperation { Value: { ConstantValue.HasValue: true } value }:
                        _body.Line($"case {Value(value).Text}:");
                        break;
                    case IDefaultCaseClauseOperation:
                        _body.Line("default:");
                        break;
                    default:
                        NotAvailable(clause.Syntax.GetLocation(), "A pattern in a switch", "use constants, or if");
                        break;
                }
            }

            _body.Open();
            Block(section.Body, []);
            _body.Close();
        }

        _body.Close();
        if (ownScope)
        {
            _body.Close();
        }

        _used = outer;
    }

    private void Embedded(IOperation body)
    {
        _body.Open();
        if (body is IBlockOperation block)
        {
            Block(block);
        }
        else
        {
            Statement(body);
        }

        _body.Close();
    }

    /// <summary>The name of a local, given where it is declared.</summary>
    private string Name(ILocalSymbol local)
    {
        if (!_names.TryGetValue(local, out string? name))
        {
            name = Identifiers.Unique(local.Name, _used);
            _names.Add(local, name);
        }

        return name;
    }

    private string TypeName(ITypeSymbol type, Location location) => TypeName(type, _program.TypeName(type), location);

    private string StoredTypeName(ITypeSymbol type, Location location) => TypeName(type, _program.StoredTypeName(type), location);

    private string TypeName(ITypeSymbol type, string? name, Location location)
    {
        if (name is not null)
        {
            return name;
        }

        if (type.TypeKind == TypeKind.Error)
        {
            _program.Fail();
        }
        else
        {
            string hint = type.SpecialType == SpecialType.System_Double ? ", in the formula of an operator; a float constant ends in f" : "";
            _program.Report(Diagnostics.TypeNotAvailable, location, type.ToDisplayString(), hint);
        }

        return "int";
    }

    private static string PointerTo(AddressSpace space, string type) => space switch
    {
        AddressSpace.Global => $"__global {type}*",
        AddressSpace.Local => $"__local {type}*",
        _ => $"{type}*",
    };

    private void NotAvailable(Location location, string what, string instead)
        => _program.Report(Diagnostics.NotAvailable, location, what, instead);
}
