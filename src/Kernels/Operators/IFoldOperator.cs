namespace Quern.Kernels.Operators;

/// <summary>
/// A formula of two operands that folds any number of them into one: which two come first makes no difference but for rounding, as with the
/// sum, the product and the maximum.
/// </summary>
public interface IFoldOperator : IBinaryOperator
{
    /// <summary>The operand that leaves the other one as it is, and the result for no operands: 0 for the sum, 1 for the product.</summary>
    static abstract float Identity { get; }
}
