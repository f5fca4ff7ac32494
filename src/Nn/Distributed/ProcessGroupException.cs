namespace Quern.Nn;

/// <summary>The processes of a <see cref="ProcessGroup"/> do not fit together. It is thrown in all of them.</summary>
/// <param name="message">How they differ and what may help.</param>
public sealed class ProcessGroupException(string message) : Exception(message);
