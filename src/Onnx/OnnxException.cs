namespace Quern.Onnx;

/// <summary>An ONNX file that cannot be used: it is damaged, or holds what Quern has no layer for. The message names the file and lists what is wrong.</summary>
public sealed class OnnxException : Exception
{
    /// <summary>Makes the exception.</summary>
    public OnnxException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with its cause.</summary>
    public OnnxException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
