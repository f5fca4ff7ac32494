using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Quern.Kernels.Generator;

/// <summary>One C# method as one OpenCL C function: here its expressions.</summary>
internal sealed partial class FunctionTranslator
{
    /// <summary>An expression where C converts as C# does without saying so: the right side of an assignment, an argument, a condition.</summary>
    private Expression Value(IOperation operation)
    {
        if (operation is IConversionOperation { IsImplicit: true, ConstantValue.HasValue: false } conversion && IsPlainWidening(conversion))
        {
            CheckChosenIntegers(conversion);
            return Translate(conversion.Operand);
        }

        return Translate(operation);
    }

    /// <summary>An expression that changes something and stands alone.</summary>
    private string Effect(IOperation operation)
    {
        switch (operation)
        {
            case IExpressionStatementOperation statement:
                return Effect(statement.Operation);
            case ISimpleAssignmentOperation { IsRef: false } assignment:
                if (Words.IsView(_types.Resolve(assignment.Target.Type!), out _))
                {
                    _program.Report(
                        Diagnostics.View, assignment.Syntax.GetLocation(), "A view cannot be replaced; declare another view instead");
                }

                return $"{Target(assignment.Target).Text} = {Value(assignment.Value).Text}";
            case ICompoundAssignmentOperation compound:
                return Compound(compound);
            case IIncrementOrDecrementOperation { IsChecked: false, IsLifted: false, OperatorMethod: null } increment:
                return Target(increment.Target).At(Expression.Primary) + (increment.Kind == OperationKind.Increment ? "++" : "--");
            case IInvocationOperation call:
                return Translate(call).Text;
            default:
                Refuse(operation);
                return "";
        }
    }

    private Expression Translate(IOperation operation)
    {
        if (operation.ConstantValue is { HasValue: true, Value: var constant })
        {
            return Constant(operation, constant);
        }

        switch (operation)
        {
            case ILocalReferenceOperation { IsDeclaration: false } local:
                return Variable(local.Local, operation);
            case IParameterReferenceOperation { Parameter: var parameter }:
                Expression name = Variable(parameter.OriginalDefinition, operation);
                return parameter.RefKind is RefKind.Ref or RefKind.Out ? Expression.Prefix("*", name) : name;
            case IInstanceReferenceOperation when _self is not null:
                return _selfIsPointer ? Expression.Prefix("*", Expression.Of(_self)) : Expression.Of(_self);
            case IFieldReferenceOperation field:
                return Field(field);
            case IPropertyReferenceOperation property:
                return Property(property);
            case IBinaryOperation binary:
                return Binary(binary);
            case IUnaryOperation unary:
                return Unary(unary);
            case IConversionOperation conversion:
                return Conversion(conversion);
            case IConditionalOperation { Type: not null, IsRef: false, WhenFalse: { } whenFalse } conditional:
                string condition = Value(conditional.Condition).At(Expression.LogicalOr);
                string whenTrue = Operand(conditional.WhenTrue, whenFalse).At(Expression.Conditional);
                return new Expression(
                    $"{condition} ? {whenTrue} : {Operand(whenFalse, conditional.WhenTrue).At(Expression.Conditional)}", Expression.Conditional);
            case IInvocationOperation call:
                return Call(call);
            case IObjectCreationOperation creation:
                return Creation(creation);
            case IDefaultValueOperation:
                return Zero(operation);
            default:
                return Refuse(operation);
        }
    }

    private Expression Constant(IOperation operation, object? value)
    {
        TypeName(operation.Type ?? _method.ContainingType, operation.Syntax.GetLocation());
        if (operation.Type is { } type && Literals.Of(value) is { } literal && Words.ScalarName(_types.Resolve(type)) is not null)
        {
            return literal;
        }

        return operation.Type is null ? Refuse(operation) : Expression.Refused;
    }

    private Expression Variable(ISymbol variable, IOperation reference)
    {
        if (_names.TryGetValue(variable, out string? name))
        {
            return Expression.Of(name);
        }

        NotAvailable(reference.Syntax.GetLocation(), $"The variable '{variable.Name}', declared where it is", "declare it in a statement before");
        return Expression.Refused;
    }

    /// <summary>What an assignment writes to.</summary>
    private Expression Target(IOperation target)
    {
        if (target is IParameterReferenceOperation { Parameter.RefKind: RefKind.In or RefKind.RefReadOnlyParameter } || target is IDiscardOperation)
        {
            return Refuse(target);
        }

        return Translate(target);
    }

    private Expression Field(IFieldReferenceOperation reference)
    {
        IFieldSymbol field = reference.Field;
        if (reference.Instance is null)
        {
            _program.Report(Diagnostics.StaticField, reference.Syntax.GetLocation(), field.Name);
            return Expression.Refused;
        }

        if (Words.IsFloat4(field.ContainingType))
        {
            return Expression.Of($"{Translate(reference.Instance).At(Expression.Primary)}.{field.Name.ToLowerInvariant()}");
        }

        // The struct is declared, or refused, here.
        TypeName(field.ContainingType, reference.Syntax.GetLocation());
        string name = Identifiers.Mangle(field.Name);
        return Expression.Of(reference.Instance is IInstanceReferenceOperation && _selfIsPointer
            ? $"{_self}->{name}"
            : $"{Translate(reference.Instance).At(Expression.Primary)}.{name}");
    }

    private Expression Property(IPropertyReferenceOperation reference)
    {
        IPropertySymbol property = reference.Property;
        if (Words.IsView(property.ContainingType, out _))
        {
            return property.IsIndexer ? Element(reference) : Length(reference);
        }

        bool isPartOfPlace = Words.IsWord(property.ContainingType, "Index3D");
        if (Words.Place(property, _program.Group) is { } place
            && (!isPartOfPlace || reference.Instance is IPropertyReferenceOperation { Property.Name: "GlobalIndex" }))
        {
            return place;
        }

        if (property.GetMethod is { } getter && !Words.IsWord(property.ContainingType) && property.Parameters.IsEmpty && getter.ReturnType.TypeKind != TypeKind.Error
            && !property.DeclaringSyntaxReferences.IsEmpty)
        {
            return Function(getter, reference.ConstrainedToType, reference.Instance, [], reference);
        }

        string instead = Words.IsWord(property.ContainingType) ? "take .X, .Y or .Z of it where it is read" : "use the words of Quern.Kernels.Language";
        _program.Report(Diagnostics.MemberNotAvailable, reference.Syntax.GetLocation(), property.ToDisplayString(), instead);
        return Expression.Refused;
    }

    private Expression Element(IPropertyReferenceOperation reference)
    {
        IOperation index = reference.Arguments[0].Value;
        if (index is IConversionOperation { IsImplicit: true, ConstantValue.HasValue: false } conversion && IsPlainWidening(conversion))
        {
            index = conversion.Operand;
        }

        string place = index.ConstantValue is { HasValue: true, Value: long number } ? number.ToString(System.Globalization.CultureInfo.InvariantCulture) : Translate(index).Text;
        return Expression.Of($"{Translate(reference.Instance!).At(Expression.Primary)}[{place}]");
    }

    private Expression Length(IPropertyReferenceOperation reference)
    {
        if (reference.Instance is IParameterReferenceOperation { Parameter: var parameter }
            && _lengths.TryGetValue(parameter.OriginalDefinition, out string? length))
        {
            return reference.Property.Name == "IntLength" ? Expression.Cast("int", Expression.Of(length)) : Expression.Of(length);
        }

        _program.Report(
            Diagnostics.View,
            reference.Syntax.GetLocation(),
            "The length is known only for the kernel's own parameters; pass it as an int or a long");
        return Expression.Refused;
    }

    private Expression Unary(IUnaryOperation unary)
    {
        if (unary.IsChecked || unary.IsLifted || unary.OperatorMethod is not null)
        {
            return Refuse(unary);
        }

        switch (unary.OperatorKind)
        {
            case UnaryOperatorKind.Not:
                return Expression.Prefix("!", Translate(unary.Operand));
            case UnaryOperatorKind.BitwiseNegation:
                return OfSmallEnum(unary, Expression.Prefix("~", Value(unary.Operand)));
            case UnaryOperatorKind.Minus:
                return Expression.Prefix("-", Translate(unary.Operand));
            case UnaryOperatorKind.Plus:
                return Translate(unary.Operand);
            default:
                return Refuse(unary);
        }
    }

    private Expression Binary(IBinaryOperation binary)
    {
        if (binary.IsChecked || binary.IsLifted)
        {
            return Refuse(binary);
        }

        if (binary.OperatorMethod is { } method && !Words.IsFloat4(method.ContainingType))
        {
            return Function(method, binary.ConstrainedToType, null, [binary.LeftOperand, binary.RightOperand], binary);
        }

        CheckDivision(binary.OperatorKind, binary.LeftOperand, binary.RightOperand, binary.Syntax.GetLocation());
        CheckFloatComparison(binary);
        if (binary.OperatorKind == BinaryOperatorKind.UnsignedRightShift
            && Words.IsInteger(binary.LeftOperand.Type, out int bits, out bool isSigned) && isSigned)
        {
            string wide = bits == 64 ? "ulong" : "uint";
            string shifted = $"{Expression.Cast(wide, Translate(binary.LeftOperand)).At(Expression.Shift)} >> {Translate(binary.RightOperand).At(Expression.Additive)}";
            return Expression.Cast(bits == 64 ? "long" : "int", new Expression(shifted, Expression.Shift));
        }

        if (Operators.Of(binary.OperatorKind) is not { } op)
        {
            return Refuse(binary);
        }

        Expression left = Operand(binary.LeftOperand, binary.RightOperand);
        Expression right = Operand(binary.RightOperand, binary.LeftOperand);
        return OfSmallEnum(binary, new Expression(
            $"{op.Guard(left, isRight: false)} {op.Text} {op.Guard(right, isRight: true)}", op.Precedence));
    }

    /// <summary>An operation whose result C has as an int, where C# has it as an enum of fewer bits.</summary>
    private static Expression OfSmallEnum(IOperation operation, Expression result)
        => operation.Type?.TypeKind == TypeKind.Enum && Words.IsInteger(operation.Type, out int bits, out _) && bits < 32
            ? Expression.Cast(Words.ScalarName(operation.Type)!, result)
            : result;

    /// <summary>An operand, without a conversion that C makes as well because of the other operand's type.</summary>
    private Expression Operand(IOperation operand, IOperation other)
    {
        if (operand is IConversionOperation { IsImplicit: true, ConstantValue.HasValue: false } conversion && IsPlainWidening(conversion))
        {
            bool isPromotion = conversion.Type!.SpecialType == SpecialType.System_Int32;
            bool otherDecides = (other.ConstantValue.HasValue || other is not IConversionOperation)
                && SymbolEqualityComparer.Default.Equals(other.Type, conversion.Type);
            if (isPromotion || otherDecides)
            {
                CheckChosenIntegers(conversion);
                return Translate(conversion.Operand);
            }
        }

        return Translate(operand);
    }

    private string Compound(ICompoundAssignmentOperation compound)
    {
        string target = Target(compound.Target).Text;
        if (compound.OperatorMethod is { } method && !Words.IsFloat4(method.ContainingType))
        {
            return $"{target} = {Function(method, compound.ConstrainedToType, null, [compound.Target, compound.Value], compound).Text}";
        }

        CheckDivision(compound.OperatorKind, compound.Target, compound.Value, compound.Syntax.GetLocation());
        bool isSmall = Words.IsInteger(compound.Target.Type, out int bits, out _) && bits < 32;
        bool isSameType = isSmall || (compound.InConversion.IsIdentity && compound.OutConversion.IsIdentity);
        if (compound.IsChecked || compound.IsLifted || !isSameType
            || compound.OperatorKind == BinaryOperatorKind.UnsignedRightShift
            || Operators.Of(compound.OperatorKind) is not { } op)
        {
            Refuse(compound);
            return "";
        }

        return $"{target} {op.Text}= {Value(compound.Value).Text}";
    }

    private Expression Conversion(IConversionOperation conversion)
    {
        if (conversion.IsChecked || conversion.OperatorMethod is not null)
        {
            return Refuse(conversion);
        }

        CheckChosenIntegers(conversion);
        if (conversion.Conversion.IsIdentity)
        {
            return Translate(conversion.Operand);
        }

        ITypeSymbol from = _types.Resolve(conversion.Operand.Type ?? conversion.Type!);
        ITypeSymbol to = _types.Resolve(conversion.Type!);
        if (SymbolEqualityComparer.Default.Equals(from, to))
        {
            return Translate(conversion.Operand);
        }

        bool isInteger = Words.IsInteger(to, out int bits, out _);
        if (Words.IsFloat(from) && isInteger)
        {
            if (bits < 32)
            {
                NotAvailable(conversion.Syntax.GetLocation(), $"A conversion of {from.ToDisplayString()} to {to.ToDisplayString()}", "convert to int first, then to this type");
            }

            // As in C#: beyond the type's range, the nearest that it has, and 0 for NaN.
            return Expression.Of($"convert_{Words.ScalarName(to)}_sat({Translate(conversion.Operand).Text})");
        }

        TypeName(from, conversion.Operand.Syntax.GetLocation());
        string target = TypeName(to, conversion.Syntax.GetLocation());
        if ((isInteger || Words.IsFloat(to)) && (Words.IsInteger(from, out _, out _) || Words.IsFloat(from)))
        {
            return Expression.Cast(target, Translate(conversion.Operand));
        }

        return _program.HasErrors ? Expression.Refused : Expression.Cast(target, Refuse(conversion));
    }

    /// <summary>An implicit conversion between numbers that C makes too when the target's type is known.</summary>
    private static bool IsPlainWidening(IConversionOperation conversion)
        => conversion is { OperatorMethod: null, IsChecked: false }
            && Words.IsInteger(conversion.Operand.Type, out _, out _)
            && (Words.IsFloat(conversion.Type) || Words.IsInteger(conversion.Type, out _, out _));

    private Expression Creation(IObjectCreationOperation creation)
    {
        if (creation.Initializer is not null)
        {
            NotAvailable(creation.Syntax.GetLocation(), "An object initializer", "assign the fields one by one");
            return Expression.Refused;
        }

        if (creation.Arguments.IsEmpty && creation.Type!.IsValueType && creation.Constructor is { IsImplicitlyDeclared: true })
        {
            return Zero(creation);
        }

        IReadOnlyList<IOperation> arguments = [.. creation.Arguments.OrderBy(argument => argument.Parameter!.Ordinal).Select(argument => argument.Value)];
        if (Words.IsFloat4(creation.Type))
        {
            return Expression.Of($"(float4)({string.Join(", ", arguments.Select(argument => Value(argument).Text))})");
        }

        TypeName(_types.Resolve(creation.Type!), creation.Syntax.GetLocation());
        if (creation.Type!.TypeKind != TypeKind.Struct || creation.Constructor is null)
        {
            return Expression.Refused;
        }

        return Function(creation.Constructor, null, null, arguments, creation);
    }

    private Expression Zero(IOperation operation)
    {
        ITypeSymbol type = _types.Resolve(operation.Type!);
        string name = TypeName(type, operation.Syntax.GetLocation());
        return Words.ScalarName(type) is not null || Words.IsFloat4(type)
            ? Expression.Cast(name, Expression.Of("(0)"))
            : Expression.Of($"({name}){{0}}");
    }

    private Expression Call(IInvocationOperation call)
    {
        IMethodSymbol method = call.TargetMethod;
        Location location = call.Syntax.GetLocation();
        if (call.Arguments.Any(argument => argument.ArgumentKind is ArgumentKind.ParamArray or ArgumentKind.ParamCollection))
        {
            return Refuse(call);
        }

        IReadOnlyList<IOperation> arguments = [.. call.Arguments.OrderBy(argument => argument.Parameter!.Ordinal).Select(argument => argument.Value)];
        if (Words.IsView(method.ContainingType, out _))
        {
            return Part(call, arguments);
        }

        if (Words.IsWord(method.ContainingType, "Group") && method.Name == "Barrier")
        {
            // Buffers as well as shared memory, as under ILGPU and CUDA.
            return Expression.Of("barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)");
        }

        if (IsAllocation(call))
        {
            _program.Report(Diagnostics.MemoryAllocation, location, "Memory is allocated as the first value of a local: var tile = SharedMemory.Allocate<float>(256)");
            return Expression.Refused;
        }

        if (Words.IsAtomic(method))
        {
            return Atomic(call, arguments);
        }

        if (Words.IsWord(method.ContainingType))
        {
            // The casts stay: OpenCL C chooses among overloads by the types of the arguments.
            if (Words.Function(method, [.. arguments.Select(argument => Translate(argument).Text)]) is { } function)
            {
                return function;
            }

            _program.Report(Diagnostics.MemberNotAvailable, location, method.ToDisplayString(), "write it out");
            return Expression.Refused;
        }

        if (method.ContainingType.ToDisplayString() is "System.Math" or "System.MathF" or "float" or "int" or "uint" or "long" or "ulong" or "double")
        {
            _program.Report(Diagnostics.HostMath, location, method.ToDisplayString(), Words.Instead(method));
            return Expression.Refused;
        }

        return Formula(method, call, arguments) ?? Function(method, call.ConstrainedToType, call.Instance, arguments, call);
    }

    /// <summary>An operation that no other work-item comes between: on an element that several work-items see.</summary>
    private Expression Atomic(IInvocationOperation call, IReadOnlyList<IOperation> arguments)
    {
        CheckEvaluationOrder(call.TargetMethod, call);
        IOperation root = arguments[0];
        while (root is IFieldReferenceOperation { Instance: { } instance })
        {
            root = instance;
        }

        bool isShared = root is IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } view }
            && Words.IsView(view.Type, out _) && Space(view) is AddressSpace.Global or AddressSpace.Local;
        if (!isShared || Words.AtomicFunction(call.TargetMethod) is not { } function)
        {
            _program.Report(
                Diagnostics.View,
                arguments[0].Syntax.GetLocation(),
                "An atomic operation is on an element of a buffer or of shared memory; nobody else sees a variable of the work-item");
            return Expression.Refused;
        }

        IEnumerable<string> values = arguments.Skip(1).Select(argument => Translate(argument).Text);
        return Expression.Of($"{function}(&{Translate(arguments[0]).At(Expression.Unary)}, {string.Join(", ", values)})");
    }

    /// <summary>A call of an operator's formula, or null for another call: the operator brings the function.</summary>
    private Expression? Formula(IMethodSymbol method, IInvocationOperation call, IReadOnlyList<IOperation> arguments)
    {
        string? name = null;
        if (call.ConstrainedToType is { } constrained && method.ContainingType.TypeKind == TypeKind.Interface)
        {
            ITypeSymbol type = _types.Resolve(constrained);
            name = OperatorNames.IsWords(method.ContainingType) ? $"{OperatorNames.Words}_{method.Name}"
                : type is ITypeParameterSymbol || OperatorNames.IsOperator(type) ? _program.Formula(type, method.Name)
                : null;
        }
        else if (OperatorNames.IsOperator(method.ContainingType)
            && OperatorNames.Formulas(method.ContainingType).Any(formula => formula.Name == method.Name && formula.Parameters.Length == method.Parameters.Length))
        {
            name = _program.Formula(_types.Resolve(method.ContainingType), method.Name);
        }

        if (name is null)
        {
            return null;
        }

        CheckEvaluationOrder(method, call);
        IEnumerable<string> texts = arguments.Select(
            (argument, i) => method.Parameters[i].RefKind is RefKind.Ref or RefKind.Out ? Reference(argument) : Value(argument).Text);
        return Expression.Of($"{name}({string.Join(", ", texts)})");
    }

    /// <summary>A part of a view, or the same memory as elements of another type: a pointer.</summary>
    private Expression Part(IInvocationOperation call, IReadOnlyList<IOperation> arguments)
    {
        Expression view = Translate(call.Instance!);
        switch (call.TargetMethod.Name)
        {
            case "SubView":
                return new Expression(
                    $"{view.At(Expression.Additive)} + {Value(arguments[0]).At(Expression.Multiplicative)}", Expression.Additive);
            case "AsAligned":
                return view;
            case "Cast":
                string type = StoredTypeName(_types.Resolve(call.TargetMethod.TypeArguments[0]), call.Syntax.GetLocation());
                return Expression.Cast(PointerTo(Space(call.Instance!), type), view);
            default:
                return Refuse(call);
        }
    }

    /// <summary>A call of a method that is translated too.</summary>
    private Expression Function(
        IMethodSymbol called, ITypeSymbol? constrainedTo, IOperation? instance, IReadOnlyList<IOperation> arguments, IOperation call)
    {
        Location location = call.Syntax.GetLocation();
        if (_types.Resolve(called, constrainedTo) is not { } method || method.IsVirtual || method.IsAbstract || method.IsOverride
            || (!method.IsStatic && method.MethodKind != MethodKind.Constructor && !method.ContainingType.IsValueType))
        {
            _program.Report(Diagnostics.MemberNotAvailable, location, called.ToDisplayString(), "call a static method");
            return Expression.Refused;
        }

        CheckEvaluationOrder(method, call);
        ImmutableArray<AddressSpace> spaces = [.. method.Parameters.Select((parameter, i) =>
            Words.IsView(_types.Resolve(parameter.Type), out _) && i < arguments.Count ? Space(arguments[i]) : AddressSpace.None)];
        if (_program.Function(method, TypeArguments.Of(method), spaces, location) is not { } name)
        {
            return Expression.Refused;
        }

        var texts = new List<string>();
        if (instance is not null && !method.IsStatic)
        {
            texts.Add(_program.HasEffects(method) ? Reference(instance) : Value(instance).Text);
        }

        for (int i = 0; i < arguments.Count; i++)
        {
            texts.Add(method.Parameters[i].RefKind is RefKind.Ref or RefKind.Out ? Reference(arguments[i]) : Value(arguments[i]).Text);
        }

        return Expression.Of($"{name}({string.Join(", ", texts)})");
    }

    /// <summary>The address of a variable of this work-item.</summary>
    private string Reference(IOperation operation)
    {
        if (operation is IDeclarationExpressionOperation { Expression: ILocalReferenceOperation declared })
        {
            return "&" + Variable(declared.Local, operation).Text;
        }

        if (operation is IDiscardOperation discard)
        {
            string unused = Identifiers.Unique("unused", _used);
            _prologue.Add($"{TypeName(_types.Resolve(discard.Type!), operation.Syntax.GetLocation())} {unused};");
            return "&" + unused;
        }

        IOperation root = operation;
        while (root is IFieldReferenceOperation { Instance: { } instance } field && !Words.IsFloat4(field.Field.ContainingType))
        {
            root = instance;
        }

        bool isOwn = root is ILocalReferenceOperation or IParameterReferenceOperation or IInstanceReferenceOperation
            || (root is IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } view }
                && Words.IsView(view.Type, out _) && Space(view) == AddressSpace.Private);
        if (!isOwn)
        {
            _program.Report(
                Diagnostics.View,
                operation.Syntax.GetLocation(),
                "Only a variable of the work-item itself can be passed by reference; copy the value to a local, pass that, and write it back");
            return "0";
        }

        string text = Target(operation).At(Expression.Unary);
        return text.StartsWith("*", StringComparison.Ordinal) ? text.Substring(1) : "&" + text;
    }

    /// <summary>The kind of memory that a view lies in.</summary>
    private AddressSpace Space(IOperation view)
    {
        switch (view)
        {
            case ILocalReferenceOperation { Local: var local } when _spaces.TryGetValue(local, out AddressSpace space):
                return space;
            case IParameterReferenceOperation { Parameter: var parameter } when _spaces.TryGetValue(parameter.OriginalDefinition, out AddressSpace space):
                return space;
            case IInvocationOperation { Instance: { } instance } call when Words.IsView(call.TargetMethod.ContainingType, out _):
                return Space(instance);
            default:
                _program.Report(
                    Diagnostics.View,
                    view.Syntax.GetLocation(),
                    "A view here must be a parameter, a local, or a part of one (SubView, Cast)");
                return AddressSpace.None;
        }
    }

    private static bool IsAllocation(IOperation? operation)
        => operation is IInvocationOperation { TargetMethod: { Name: "Allocate" } method }
            && (Words.IsWord(method.ContainingType, "SharedMemory") || Words.IsWord(method.ContainingType, "LocalMemory"));

    private Expression Refuse(IOperation operation)
    {
        // What the compiler itself refuses needs no second message.
        if (operation is IInvalidOperation || operation.Type?.TypeKind == TypeKind.Error)
        {
            _program.Fail();
            return Expression.Refused;
        }

        (string what, string instead) = Refusals.Of(operation);
        DiagnosticDescriptor descriptor = operation is IAssignmentOperation or IIncrementOrDecrementOperation && operation.Parent is not IExpressionStatementOperation
            ? Diagnostics.EvaluationOrder
            : Diagnostics.NotAvailable;
        if (descriptor == Diagnostics.EvaluationOrder)
        {
            _program.Report(descriptor, operation.Syntax.GetLocation(), $"'{operation.Syntax}'");
        }
        else
        {
            NotAvailable(operation.Syntax.GetLocation(), what, instead);
        }

        return Expression.Refused;
    }
}
