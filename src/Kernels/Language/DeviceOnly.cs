namespace Quern.Kernels.Language;

/// <summary>Why a word of the kernel language does nothing on the host.</summary>
internal static class DeviceOnly
{
    /// <summary>The exception that the words throw when a kernel is called like a plain method.</summary>
    public static NotSupportedException Error(string word)
        => new($"{word} has a meaning only in a kernel that runs on a device. Launch the kernel with its Launch method.");
}
