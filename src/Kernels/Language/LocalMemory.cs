namespace Quern.Kernels.Language;

/// <summary>
/// Memory of one work-item. ILGPU keeps it in slow memory on CUDA: for a few values, name scalars or use a struct of scalars.
/// </summary>
public static class LocalMemory
{
    /// <summary>Memory for this work-item; its content is undefined at first.</summary>
    /// <param name="extent">The number of elements: a constant.</param>
    /// <typeparam name="T">The element type.</typeparam>
    public static ArrayView<T> Allocate<T>(int extent)
        where T : unmanaged
        => throw DeviceOnly.Error("LocalMemory.Allocate");
}
