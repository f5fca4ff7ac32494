namespace Quern.Kernels.Generator;

/// <summary>The kind of memory that a view lies in; OpenCL C 1.2 has a pointer type for each.</summary>
internal enum AddressSpace
{
    /// <summary>No view.</summary>
    None,

    /// <summary>Buffers.</summary>
    Global,

    /// <summary>Memory that a group shares.</summary>
    Local,

    /// <summary>Memory of one work-item.</summary>
    Private,
}
