namespace Quern.Kernels.Language;

/// <summary>Fast memory that the work-items of a group share.</summary>
public static class SharedMemory
{
    /// <summary>Memory for the whole group; its content is undefined at first.</summary>
    /// <param name="extent">The number of elements: a constant.</param>
    /// <typeparam name="T">The element type.</typeparam>
    public static ArrayView<T> Allocate<T>(int extent)
        where T : unmanaged
        => throw DeviceOnly.Error("SharedMemory.Allocate");
}
