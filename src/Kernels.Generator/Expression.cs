namespace Quern.Kernels.Generator;

/// <summary>A piece of OpenCL C and how tightly its outermost operator binds, so that parentheses stand only where needed.</summary>
internal readonly record struct Expression(string Text, int Precedence)
{
    public const int Conditional = 3;
    public const int LogicalOr = 4;
    public const int LogicalAnd = 5;
    public const int BitOr = 6;
    public const int BitXor = 7;
    public const int BitAnd = 8;
    public const int Equality = 9;
    public const int Relational = 10;
    public const int Shift = 11;
    public const int Additive = 12;
    public const int Multiplicative = 13;
    public const int Unary = 15;
    public const int Primary = 16;

    /// <summary>What stands for an expression that has been refused: its kernel is never emitted.</summary>
    public static Expression Refused => new("0", Primary);

    /// <summary>A name, a call, anything that needs no parentheses.</summary>
    public static Expression Of(string text) => new(text, Primary);

    /// <summary>The text, in parentheses if it binds less tightly than <paramref name="precedence"/>.</summary>
    public string At(int precedence) => Precedence < precedence ? $"({Text})" : Text;

    /// <summary>A C cast of <paramref name="operand"/>.</summary>
    public static Expression Cast(string type, Expression operand) => new($"({type}){operand.At(Unary)}", Unary);

    /// <summary>A prefix operator applied to <paramref name="operand"/>; two signs never touch.</summary>
    public static Expression Prefix(string sign, Expression operand)
    {
        string text = operand.At(Unary);
        return new(text.StartsWith(sign, StringComparison.Ordinal) ? $"{sign}({text})" : sign + text, Unary);
    }
}
