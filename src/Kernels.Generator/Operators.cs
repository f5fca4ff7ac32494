using Microsoft.CodeAnalysis.Operations;

namespace Quern.Kernels.Generator;

/// <summary>A binary operator that C has with C#'s meaning.</summary>
internal sealed record Operators(string Text, int Precedence)
{
    public static Operators? Of(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.Add => new("+", Expression.Additive),
        BinaryOperatorKind.Subtract => new("-", Expression.Additive),
        BinaryOperatorKind.Multiply => new("*", Expression.Multiplicative),
        BinaryOperatorKind.Divide => new("/", Expression.Multiplicative),
        BinaryOperatorKind.Remainder => new("%", Expression.Multiplicative),
        BinaryOperatorKind.LeftShift => new("<<", Expression.Shift),
        // C# and OpenCL C both take the count modulo the width, and the sign along.
        BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift => new(">>", Expression.Shift),
        BinaryOperatorKind.And => new("&", Expression.BitAnd),
        BinaryOperatorKind.ExclusiveOr => new("^", Expression.BitXor),
        BinaryOperatorKind.Or => new("|", Expression.BitOr),
        BinaryOperatorKind.ConditionalAnd => new("&&", Expression.LogicalAnd),
        BinaryOperatorKind.ConditionalOr => new("||", Expression.LogicalOr),
        BinaryOperatorKind.Equals => new("==", Expression.Equality),
        BinaryOperatorKind.NotEquals => new("!=", Expression.Equality),
        BinaryOperatorKind.LessThan => new("<", Expression.Relational),
        BinaryOperatorKind.LessThanOrEqual => new("<=", Expression.Relational),
        BinaryOperatorKind.GreaterThan => new(">", Expression.Relational),
        BinaryOperatorKind.GreaterThanOrEqual => new(">=", Expression.Relational),
        _ => null,
    };

    /// <summary>An operand's text, in parentheses where C needs them or where a reader would have to think.</summary>
    public string Guard(Expression operand, bool isRight)
    {
        bool isBitwise = Text is "<<" or ">>" or "&" or "^" or "|";
        bool isMixed = isBitwise && operand.Precedence is > Expression.Conditional and < Expression.Unary && operand.Precedence != Precedence;
        bool isMixedLogic = Text == "||" && operand.Precedence == Expression.LogicalAnd;
        int least = isMixed || isMixedLogic || (isBitwise && Precedence == Expression.Shift)
            ? Expression.Unary
            : isRight ? Precedence + 1 : Precedence;
        string text = operand.At(least);
        return isRight && text[0] is '-' or '+' && text.StartsWith(Text, StringComparison.Ordinal) ? $"({text})" : text;
    }
}
