namespace Quern.Nn;

/// <summary>
/// A file of tensors that cannot be used: it is damaged, is no such file, holds what this library does not read, or does not
/// fit the module that is to load it. The message names the file, what is wrong and the remedy.
/// </summary>
public sealed class StateFileException : Exception
{
    /// <summary>Makes the exception.</summary>
    public StateFileException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception with its cause.</summary>
    public StateFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
