using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Quern.Kernels.Generator;

/// <summary>What can be known of the values in a method's body without running it.</summary>
internal sealed class ValueFacts
{
    private readonly Dictionary<ISymbol, List<IOperation?>> _writes = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _assumed = new(SymbolEqualityComparer.Default);

    public ValueFacts(IOperation body)
    {
        foreach (IOperation operation in body.Descendants())
        {
            switch (operation)
            {
                case IVariableDeclaratorOperation declarator when declarator.GetVariableInitializer() is { } initializer:
                    Write(declarator.Symbol, initializer.Value);
                    break;
                case ISimpleAssignmentOperation assignment:
                    Write(Variable(assignment.Target), assignment.Value);
                    break;
                case ICompoundAssignmentOperation compound:
                    Write(Variable(compound.Target), compound);
                    break;
                case IIncrementOrDecrementOperation increment:
                    Write(Variable(increment.Target), increment);
                    break;
                case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument:
                    Write(Variable(argument.Value), null);
                    break;
            }
        }
    }

    /// <summary>The value that a local is declared with or first given.</summary>
    public IOperation? FirstValue(ISymbol variable)
        => _writes.TryGetValue(variable, out List<IOperation?>? writes) ? writes[0] : null;

    /// <summary>How often a variable is given a value.</summary>
    public int WriteCount(ISymbol variable)
        => _writes.TryGetValue(variable, out List<IOperation?>? writes) ? writes.Count : 0;

    /// <summary>Whether a whole number is a power of two whenever the method runs: a constant, or a local that holds one.</summary>
    public bool IsPowerOfTwo(IOperation operation, out int exponent)
    {
        operation = WithoutConversions(operation);
        if (operation is ILocalReferenceOperation { ConstantValue.HasValue: false } local && WriteCount(local.Local) == 1)
        {
            operation = FirstValue(local.Local) is { } value ? WithoutConversions(value) : operation;
        }

        exponent = 0;
        if (operation.ConstantValue is not { HasValue: true, Value: { } constant } || !IsWhole(constant))
        {
            return false;
        }

        decimal number = Math.Abs(Convert.ToDecimal(constant, System.Globalization.CultureInfo.InvariantCulture));
        decimal power = 1;
        for (; power < number; power *= 2)
        {
            exponent++;
        }

        return number > 0 && power == number;
    }

    /// <summary>Whether a number is surely 0 or more, overflow aside.</summary>
    public bool IsNonNegative(IOperation operation)
    {
        if (operation.ConstantValue is { HasValue: true, Value: { } constant })
        {
            return IsWhole(constant) && Convert.ToDecimal(constant, System.Globalization.CultureInfo.InvariantCulture) >= 0;
        }

        if (Words.IsInteger(operation.Type, out _, out bool isSigned) && !isSigned)
        {
            return true;
        }

        switch (operation)
        {
            case IConversionOperation { OperatorMethod: null } conversion:
                return Words.IsInteger(conversion.Type, out int bits, out _)
                    && Words.IsInteger(conversion.Operand.Type, out int operandBits, out bool operandSigned)
                    && (operandSigned ? bits >= operandBits : bits > operandBits)
                    && IsNonNegative(conversion.Operand);
            case IPropertyReferenceOperation property:
                return Words.IsWord(property.Property.ContainingType) && !property.Property.IsIndexer;
            case ILocalReferenceOperation { Local: var local }:
                return IsNeverNegative(local);
            case IBinaryOperation { OperatorMethod: null } binary:
                return IsNonNegative(binary.OperatorKind, binary.LeftOperand, binary.RightOperand);
            case IConditionalOperation { WhenFalse: { } whenFalse } conditional:
                return IsNonNegative(conditional.WhenTrue) && IsNonNegative(whenFalse);
            case IInvocationOperation { TargetMethod: var method } call when Words.IsWord(method.ContainingType, "XMath"):
                return method.Name switch
                {
                    "Min" => call.Arguments.All(argument => IsNonNegative(argument.Value)),
                    "Max" => call.Arguments.Any(argument => IsNonNegative(argument.Value)),
                    "Abs" => true,
                    "Clamp" => call.Arguments.Any(argument => argument.Parameter!.Name == "min" && IsNonNegative(argument.Value)),
                    _ => false,
                };
            default:
                return false;
        }
    }

    /// <summary>Whether an integer is one of constants that a condition chooses.</summary>
    public bool IsChosenConstant(IOperation operation)
    {
        operation = WithoutConversions(operation);
        return operation switch
        {
            IConditionalOperation { WhenFalse: { } whenFalse } conditional => IsConstant(conditional.WhenTrue) && IsConstant(whenFalse),
            ILocalReferenceOperation { ConstantValue.HasValue: false } local
                => _writes.TryGetValue(local.Local, out List<IOperation?>? writes)
                    && writes.Any(write => write is not null && WithoutConversions(write) is IConditionalOperation && IsChosenConstant(write)),
            _ => false,
        };

        bool IsConstant(IOperation value) => value.ConstantValue.HasValue || IsChosenConstant(value);
    }

    private static IOperation WithoutConversions(IOperation operation)
    {
        while (operation is IConversionOperation { ConstantValue.HasValue: false } conversion)
        {
            operation = conversion.Operand;
        }

        return operation;
    }

    private static ISymbol? Variable(IOperation target) => target switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IDeclarationExpressionOperation { Expression: ILocalReferenceOperation local } => local.Local,
        _ => null,
    };

    private static bool IsWhole(object constant) => constant is sbyte or byte or short or ushort or int or uint or long or ulong;

    private bool IsNeverNegative(ILocalSymbol local)
    {
        // A local that is being looked at may be taken as non-negative: that is induction over its writes.
        if (!_assumed.Add(local))
        {
            return true;
        }

        bool result = _writes.TryGetValue(local, out List<IOperation?>? writes) && writes.All(write => write switch
        {
            null => false,
            ICompoundAssignmentOperation { OperatorMethod: null } compound => IsNonNegative(compound.OperatorKind, compound.Target, compound.Value),
            IIncrementOrDecrementOperation increment => increment.Kind == OperationKind.Increment,
            _ => IsNonNegative(write),
        });
        _assumed.Remove(local);
        return result;
    }

    private bool IsNonNegative(BinaryOperatorKind kind, IOperation left, IOperation right) => kind switch
    {
        BinaryOperatorKind.Add or BinaryOperatorKind.Multiply or BinaryOperatorKind.Divide or BinaryOperatorKind.Or
            => IsNonNegative(left) && IsNonNegative(right),
        BinaryOperatorKind.Remainder or BinaryOperatorKind.RightShift => IsNonNegative(left),
        BinaryOperatorKind.And => IsNonNegative(left) || IsNonNegative(right),
        _ => false,
    };

    private void Write(ISymbol? variable, IOperation? value)
    {
        if (variable is null)
        {
            return;
        }

        if (!_writes.TryGetValue(variable, out List<IOperation?>? writes))
        {
            _writes.Add(variable, writes = []);
        }

        writes.Add(value);
    }
}
