namespace Quern.Kernels.OpenCl;

/// <summary>OpenCL is missing, or one of its calls failed. The message names the call, the error, and what to do.</summary>
public sealed class OpenClException : Exception
{
    /// <summary>Makes an exception for something that is missing.</summary>
    /// <param name="message">What is missing and what to do about it.</param>
    public OpenClException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with its cause.</summary>
    /// <param name="message">What went wrong and what to do about it.</param>
    /// <param name="innerException">What caused it.</param>
    public OpenClException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal OpenClException(string call, OpenClStatus status)
        : base(Describe(call, status)) => Status = status;

    internal OpenClException(string call, OpenClStatus status, string buildLog)
        : base($"{Describe(call, status)}{Environment.NewLine}{buildLog.Trim()}")
    {
        Status = status;
        BuildLog = buildLog;
    }

    /// <summary>The error of the call that failed, or <see cref="OpenClStatus.Success"/> where no call was made.</summary>
    public OpenClStatus Status { get; }

    /// <summary>What the driver's compiler printed, where a program did not build.</summary>
    public string? BuildLog { get; }

    internal static void ThrowIfFailed(OpenClStatus status, string call)
    {
        if (status != OpenClStatus.Success)
        {
            throw new OpenClException(call, status);
        }
    }

    private static string Describe(string call, OpenClStatus status)
    {
        string name = Enum.IsDefined(status) ? status.ToString() : "unknown to OpenCL 1.2";
        string remedy = status switch
        {
            OpenClStatus.MemObjectAllocationFailure or OpenClStatus.OutOfResources or OpenClStatus.OutOfHostMemory =>
                " Use smaller batches, or release tensors that are no longer needed.",
            OpenClStatus.DeviceNotAvailable => " Another program may hold the device; end it and try again.",
            OpenClStatus.CompilerNotAvailable => " Install the full driver of the device's maker.",
            _ => string.Empty,
        };

        return $"OpenCL: {call} failed with error {(int)status} ({name}).{remedy}";
    }
}
