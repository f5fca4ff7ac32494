namespace Quern.Kernels;

/// <summary>What a <see cref="KernelArgument"/> holds.</summary>
public enum KernelArgumentKind
{
    /// <summary>A view of device memory. In OpenCL C it is three arguments: the buffer, the offset and the length, both <c>long</c> and in elements.</summary>
    View,

    /// <summary>An <see cref="int"/>.</summary>
    Int32,

    /// <summary>A <see cref="uint"/>.</summary>
    UInt32,

    /// <summary>A <see cref="long"/>.</summary>
    Int64,

    /// <summary>A <see cref="float"/>.</summary>
    Single,

    /// <summary>Any other number, a bool, an enum or a struct, by its bytes.</summary>
    Value,
}
