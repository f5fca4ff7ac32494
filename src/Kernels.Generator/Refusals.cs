using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace Quern.Kernels.Generator;

/// <summary>What to call a construct that kernels do not support, and what to write instead.</summary>
internal static class Refusals
{
    public static (string What, string Instead) Of(IOperation operation) => operation switch
    {
        IThrowOperation => ("throw", "return, or write a value that the host can test"),
        ITryOperation => ("try", "nothing throws in a kernel"),
        IForEachLoopOperation => ("foreach", "write a for loop over an index"),
        IAnonymousFunctionOperation or IDelegateCreationOperation => ("A lambda or delegate", "call a static method"),
        ILocalFunctionOperation => ("A local function", "make it a static method"),
        ISwitchExpressionOperation => ("A switch expression", "write a switch statement or ?:"),
        IIsPatternOperation or IIsTypeOperation => ("A pattern", "compare with == and <"),
        ITupleOperation => ("A tuple", "name the values, or declare a struct"),
        IArrayCreationOperation or IArrayElementReferenceOperation => ("An array", "name the values, or use SharedMemory or LocalMemory"),
        IInterpolatedStringOperation or ILiteralOperation { Type.SpecialType: SpecialType.System_String } => ("A string", "kernels have numbers only"),
        ICoalesceOperation or IConditionalAccessOperation => ("null", "kernels have values only"),
        IBranchOperation or ILabeledOperation => ("goto", "write a loop or an if"),
        IUsingOperation or IUsingDeclarationOperation or ILockOperation => ("using or lock", "kernels own nothing that is to be given back"),
        IDiscardOperation => ("A discard", "give the value a name, or leave the statement out"),
        IBinaryOperation { IsChecked: true } or IUnaryOperation { IsChecked: true } or IConversionOperation { IsChecked: true }
            or ICompoundAssignmentOperation { IsChecked: true } or IIncrementOrDecrementOperation { IsChecked: true }
            => ("Checked arithmetic", "nothing throws in a kernel: leave 'checked' out"),
        ICompoundAssignmentOperation => ($"'{operation.Syntax}', which converts between types", "write the assignment and the conversion out"),
        IConversionOperation conversion => (
            $"The conversion of '{conversion.Operand.Type?.ToDisplayString() ?? "null"}' to '{conversion.Type?.ToDisplayString()}'", "convert between numbers only"),
        IAwaitOperation => ("await", "kernels run to their end"),
        _ => ($"'{Shorten(operation.Syntax)}' ({operation.Syntax.Kind()})", "see docs/kernels.md for what is"),
    };

    private static string Shorten(SyntaxNode syntax)
    {
        string text = syntax.ToString().Replace("\r", "").Split('\n')[0];
        return text.Length <= 60 ? text : text.Substring(0, 60) + "…";
    }
}
