namespace Quern.Tensors;

/// <summary>A device that does not exist, cannot be used, or holds an operand that another device was asked to use.</summary>
public sealed class DeviceException : Exception
{
    /// <summary>Makes the exception.</summary>
    public DeviceException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception with its cause.</summary>
    public DeviceException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
