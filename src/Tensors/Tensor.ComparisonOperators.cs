using System.Runtime.CompilerServices;

namespace Quern.Tensors;

// Comparisons of elements as operators. All of them give tensors, so that `if (a == b)` does not compile: what was meant by it is said by
// AllClose, by ReferenceEquals or by `is null`.
public sealed partial class Tensor
{
    /// <summary>1 where the elements are equal, 0 elsewhere; shapes broadcast. The same as <see cref="Equal(Tensor, Tensor?)"/>.</summary>
    public static Tensor operator ==(Tensor left, Tensor right) => NotNull(left).Equal(right);

    /// <summary>1 where the element and the number are equal, 0 elsewhere.</summary>
    public static Tensor operator ==(Tensor left, double right) => NotNull(left).Equal(right);

    /// <summary>1 where the number and the element are equal, 0 elsewhere.</summary>
    public static Tensor operator ==(double left, Tensor right) => NotNull(right).Equal(left);

    /// <summary>1 where the elements differ, 0 elsewhere; shapes broadcast. The same as <see cref="NotEqual(Tensor, Tensor?)"/>.</summary>
    public static Tensor operator !=(Tensor left, Tensor right) => NotNull(left).NotEqual(right);

    /// <summary>1 where the element and the number differ, 0 elsewhere.</summary>
    public static Tensor operator !=(Tensor left, double right) => NotNull(left).NotEqual(right);

    /// <summary>1 where the number and the element differ, 0 elsewhere.</summary>
    public static Tensor operator !=(double left, Tensor right) => NotNull(right).NotEqual(left);

    /// <summary>1 where the left element is greater, 0 elsewhere; shapes broadcast. The same as <see cref="Greater(Tensor, Tensor?)"/>.</summary>
    public static Tensor operator >(Tensor left, Tensor right) => NotNull(left).Greater(right);

    /// <summary>1 where the element is greater, 0 elsewhere.</summary>
    public static Tensor operator >(Tensor left, double right) => NotNull(left).Greater(right);

    /// <summary>1 where the number is greater, 0 elsewhere.</summary>
    public static Tensor operator >(double left, Tensor right) => NotNull(right).Less(left);

    /// <summary>1 where the left element is greater or equal, 0 elsewhere; shapes broadcast. The same as <see cref="GreaterOrEqual(Tensor, Tensor?)"/>.</summary>
    public static Tensor operator >=(Tensor left, Tensor right) => NotNull(left).GreaterOrEqual(right);

    /// <summary>1 where the element is greater or equal, 0 elsewhere.</summary>
    public static Tensor operator >=(Tensor left, double right) => NotNull(left).GreaterOrEqual(right);

    /// <summary>1 where the number is greater or equal, 0 elsewhere.</summary>
    public static Tensor operator >=(double left, Tensor right) => NotNull(right).LessOrEqual(left);

    /// <summary>1 where the left element is less, 0 elsewhere; shapes broadcast. The same as <see cref="Less(Tensor, Tensor?)"/>.</summary>
    public static Tensor operator <(Tensor left, Tensor right) => NotNull(left).Less(right);

    /// <summary>1 where the element is less, 0 elsewhere.</summary>
    public static Tensor operator <(Tensor left, double right) => NotNull(left).Less(right);

    /// <summary>1 where the number is less, 0 elsewhere.</summary>
    public static Tensor operator <(double left, Tensor right) => NotNull(right).Greater(left);

    /// <summary>1 where the left element is less or equal, 0 elsewhere; shapes broadcast. The same as <see cref="LessOrEqual(Tensor, Tensor?)"/>.</summary>
    public static Tensor operator <=(Tensor left, Tensor right) => NotNull(left).LessOrEqual(right);

    /// <summary>1 where the element is less or equal, 0 elsewhere.</summary>
    public static Tensor operator <=(Tensor left, double right) => NotNull(left).LessOrEqual(right);

    /// <summary>1 where the number is less or equal, 0 elsewhere.</summary>
    public static Tensor operator <=(double left, Tensor right) => NotNull(right).GreaterOrEqual(left);

    /// <summary>Whether this is the very same tensor, not one with equal elements: that is <see cref="AllClose"/>. So tensors serve as keys.</summary>
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}
