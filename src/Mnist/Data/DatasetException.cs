namespace Quern.Mnist.Data;

/// <summary>A dataset cannot be had: its files are missing, unreadable, or out of reach. The message ends with the remedy.</summary>
public class DatasetException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was found, what was expected, and the remedy.</param>
    public DatasetException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was found, what was expected, and the remedy.</param>
    /// <param name="innerException">The cause.</param>
    public DatasetException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
