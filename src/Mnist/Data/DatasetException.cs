namespace Quern.Mnist.Data;

/// <summary>
/// A dataset is not available: its files are missing, unreadable, or out of reach. The message ends with the remedy,
/// and holds nothing that a terminal would obey, whatever a file or a server is called or says.
/// </summary>
public class DatasetException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was found, what was expected, and the remedy.</param>
    public DatasetException(string message)
        : base(PrintableText.OnOneLine(message))
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was found, what was expected, and the remedy.</param>
    /// <param name="innerException">The cause.</param>
    public DatasetException(string message, Exception innerException)
        : base(PrintableText.OnOneLine(message), innerException)
    {
    }
}
