namespace Quern.Tensors;

/// <summary>Operands whose shapes do not fit the operation. The message names the operation, the shapes and the remedy.</summary>
public sealed class ShapeException : ArgumentException
{
    /// <summary>Makes the exception.</summary>
    public ShapeException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception with its cause.</summary>
    public ShapeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
