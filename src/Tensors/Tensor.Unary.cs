using System.Runtime.CompilerServices;

namespace Quern.Tensors;

// Operations on each element by itself. All may write over their operand.
public sealed partial class Tensor
{
    /// <summary>Each element with its sign changed.</summary>
    public static Tensor operator -(Tensor x) => NotNull(x).Negate();

    /// <summary>The absolute value of each element.</summary>
    /// <param name="result">Where to write, of this tensor's shape; a new tensor if not given.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Abs(Tensor? result = null)
    {
        result = UnaryResult(nameof(Abs), result);
        Device.Abs(this, result);
        return result;
    }

    /// <summary>The cosine of each element, in radians.</summary>
    /// <param name="result">Where to write, of this tensor's shape; a new tensor if not given.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Cos(Tensor? result = null)
    {
        result = UnaryResult(nameof(Cos), result);
        Device.Cos(this, result);
        return result;
    }

    /// <summary>e to the power of each element.</summary>
    /// <param name="result">Where to write, of this tensor's shape; a new tensor if not given.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Exp(Tensor? result = null)
    {
        result = UnaryResult(nameof(Exp), result);
        Device.Exp(this, result);
        return result;
    }

    /// <summary>The natural logarithm of each element; NaN below zero.</summary>
    /// <param name="result">Where to write, of this tensor's shape; a new tensor if not given.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Log(Tensor? result = null)
    {
        result = UnaryResult(nameof(Log), result);
        Device.Log(this, result);
        return result;
    }

    /// <summary>Each element with its sign changed.</summary>
    /// <param name="result">Where to write, of this tensor's shape; a new tensor if not given.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Negate(Tensor? result = null)
    {
        result = UnaryResult(nameof(Negate), result);
        Device.Negate(this, result);
        return result;
    }

    /// <summary>One divided by each element.</summary>
    /// <param name="result">Where to write, of this tensor's shape; a new tensor if not given.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Reciprocal(Tensor? result = null)
    {
        result = UnaryResult(nameof(Reciprocal), result);
        Device.Reciprocal(this, result);
        return result;
    }

    /// <summary>The rectified linear unit of each element: max(x, 0). NaN stays NaN.</summary>
    /// <param name="result">Where to write, of this tensor's shape; a new tensor if not given.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Relu(Tensor? result = null)
    {
        result = UnaryResult(nameof(Relu), result);
        Device.Relu(this, result);
        return result;
    }

    /// <summary>The logistic function of each element: 1 / (1 + exp(-x)), between 0 and 1.</summary>
    /// <param name="result">Where to write, of this tensor's shape; a new tensor if not given.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Sigmoid(Tensor? result = null)
    {
        result = UnaryResult(nameof(Sigmoid), result);
        Device.Sigmoid(this, result);
        return result;
    }

    /// <summary>The sine of each element, in radians.</summary>
    /// <param name="result">Where to write, of this tensor's shape; a new tensor if not given.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Sin(Tensor? result = null)
    {
        result = UnaryResult(nameof(Sin), result);
        Device.Sin(this, result);
        return result;
    }

    /// <summary>The square root of each element; NaN below zero.</summary>
    /// <param name="result">Where to write, of this tensor's shape; a new tensor if not given.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Sqrt(Tensor? result = null)
    {
        result = UnaryResult(nameof(Sqrt), result);
        Device.Sqrt(this, result);
        return result;
    }

    /// <summary>Each element multiplied by itself.</summary>
    /// <param name="result">Where to write, of this tensor's shape; a new tensor if not given.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Square(Tensor? result = null)
    {
        result = UnaryResult(nameof(Square), result);
        Device.Square(this, result);
        return result;
    }

    /// <summary>The hyperbolic tangent of each element, between -1 and 1.</summary>
    /// <param name="result">Where to write, of this tensor's shape; a new tensor if not given.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Tanh(Tensor? result = null)
    {
        result = UnaryResult(nameof(Tanh), result);
        Device.Tanh(this, result);
        return result;
    }

    private static Tensor NotNull(Tensor? operand, [CallerArgumentExpression(nameof(operand))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(operand, name);
        return operand;
    }

    private Tensor UnaryResult(string operation, Tensor? result)
    {
        result = ResultOf(operation, Shape, result);
        CheckOverlap(operation, result);
        return result;
    }
}
