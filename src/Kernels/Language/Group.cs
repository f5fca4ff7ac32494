namespace Quern.Kernels.Language;

/// <summary>The work-items of one group, seen from inside a kernel. They share local memory and can wait for each other.</summary>
public static class Group
{
    /// <summary>This work-item's place in its group along x, from 0.</summary>
    public static int IdxX => throw DeviceOnly.Error("Group.IdxX");

    /// <summary>This work-item's place in its group along y, from 0.</summary>
    public static int IdxY => throw DeviceOnly.Error("Group.IdxY");

    /// <summary>This work-item's place in its group along z, from 0.</summary>
    public static int IdxZ => throw DeviceOnly.Error("Group.IdxZ");

    /// <summary>The size of a group along x.</summary>
    public static int DimX => throw DeviceOnly.Error("Group.DimX");

    /// <summary>The size of a group along y.</summary>
    public static int DimY => throw DeviceOnly.Error("Group.DimY");

    /// <summary>The size of a group along z.</summary>
    public static int DimZ => throw DeviceOnly.Error("Group.DimZ");

    /// <summary>This work-item's place in its group, counted along x first, then y, then z.</summary>
    public static int LinearIndex => throw DeviceOnly.Error("Group.LinearIndex");

    /// <summary>
    /// Waits until every work-item of the group is here. What they read before, in shared memory or a buffer, may then be overwritten; what they wrote
    /// is seen by all of the group, but not yet by other groups. All work-items of a group must reach it, or none.
    /// </summary>
    public static void Barrier() => throw DeviceOnly.Error("Group.Barrier");
}
