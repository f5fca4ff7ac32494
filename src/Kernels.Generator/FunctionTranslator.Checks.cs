using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Quern.Kernels.Generator;

/// <summary>
/// One C# method as one OpenCL C function: here the constructs that would mean something else in C, and those that ILGPU 1.5.3
/// translates wrongly, which matter only to a project whose kernels ILGPU compiles as well.
/// </summary>
internal sealed partial class FunctionTranslator
{
    private void CheckChosenIntegers(IConversionOperation conversion)
    {
        if (Words.IsFloat(conversion.Type)
            && Words.IsInteger(conversion.Operand.Type, out _, out _)
            && _facts.IsChosenConstant(conversion.Operand))
        {
            _program.ReportForIlgpu(Diagnostics.ChosenIntegers, conversion.Syntax.GetLocation());
        }
    }

    private void CheckDivision(BinaryOperatorKind kind, IOperation left, IOperation right, Location location)
    {
        if (kind == BinaryOperatorKind.Remainder && Words.IsFloat(left.Type))
        {
            NotAvailable(location, "The remainder of floats", "write a - b * XMath.Truncate(a / b)");
        }

        if (kind is not (BinaryOperatorKind.Divide or BinaryOperatorKind.Remainder)
            || !Words.IsInteger(left.Type, out _, out bool isSigned)
            || !_facts.IsPowerOfTwo(right, out int exponent)
            || exponent == 0)
        {
            return;
        }

        if (!isSigned && kind == BinaryOperatorKind.Divide)
        {
            _program.ReportForIlgpu(Diagnostics.UnsignedDivision, location, exponent.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        else if (isSigned && !_facts.IsNonNegative(left))
        {
            _program.ReportForIlgpu(Diagnostics.SignedDivision, location, left.Syntax.ToString());
        }
    }

    /// <summary>
    /// Lets pass what compiles to the comparison itself: the condition of <c>?:</c>, and a '&lt;' or '&gt;' whose result is kept.
    /// A branch, a loop, a '!' and '&amp;&amp;' compile to the opposite comparison, which ILGPU gets wrong for NaN.
    /// </summary>
    private void CheckFloatComparison(IBinaryOperation comparison)
    {
        bool isStrict = comparison.OperatorKind is BinaryOperatorKind.LessThan or BinaryOperatorKind.GreaterThan;
        bool isOrdering = isStrict || comparison.OperatorKind is BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThanOrEqual;
        if (!isOrdering || !Words.IsFloat(comparison.LeftOperand.Type))
        {
            return;
        }

        bool isSafe = comparison.Parent switch
        {
            IConditionalOperation { Type: not null } conditional => conditional.Condition == comparison,
            IBinaryOperation { OperatorKind: BinaryOperatorKind.And or BinaryOperatorKind.Or or BinaryOperatorKind.ExclusiveOr } => isStrict,
            IVariableInitializerOperation or ISimpleAssignmentOperation or IArgumentOperation or IReturnOperation => isStrict,
            _ => false,
        };
        if (!isSafe)
        {
            _program.ReportForIlgpu(Diagnostics.FloatComparison, comparison.Syntax.GetLocation());
        }
    }

    /// <summary>A call that changes something must come when nothing else is evaluated: C leaves the order open.</summary>
    private void CheckEvaluationOrder(IMethodSymbol method, IOperation call)
    {
        if (!_program.HasEffects(method))
        {
            return;
        }

        bool isAlone = call.Parent switch
        {
            IExpressionStatementOperation or IVariableInitializerOperation or IReturnOperation => true,
            ISimpleAssignmentOperation { Parent: IExpressionStatementOperation } assignment => assignment.Value == call && IsVariable(assignment.Target),
            _ => false,
        };
        if (!isAlone)
        {
            _program.Report(Diagnostics.EvaluationOrder, call.Syntax.GetLocation(), $"the effect of '{method.Name}'");
        }
    }

    private static bool IsVariable(IOperation target) => target switch
    {
        ILocalReferenceOperation or IParameterReferenceOperation => true,
        IFieldReferenceOperation { Instance: { } instance } => instance is IInstanceReferenceOperation || IsVariable(instance),
        _ => false,
    };
}
