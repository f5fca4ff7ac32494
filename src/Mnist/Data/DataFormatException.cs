namespace Quern.Mnist.Data;

/// <summary>A dataset file was read, but what it holds is not what it must hold. The message names file, finding and remedy.</summary>
public sealed class DataFormatException : DatasetException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was found, what was expected, and the remedy.</param>
    public DataFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was found, what was expected, and the remedy.</param>
    /// <param name="innerException">The cause.</param>
    public DataFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
