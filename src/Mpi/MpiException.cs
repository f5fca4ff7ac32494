namespace Quern.Mpi;

/// <summary>MPI is not there, cannot be used, or failed.</summary>
public sealed class MpiException : Exception
{
    /// <summary>Makes an exception.</summary>
    /// <param name="message">What is wrong and what may help.</param>
    /// <param name="innerException">What led to it, if anything did.</param>
    public MpiException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
