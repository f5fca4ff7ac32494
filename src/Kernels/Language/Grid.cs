namespace Quern.Kernels.Language;

/// <summary>The groups of a launch, seen from inside a kernel.</summary>
public static class Grid
{
    /// <summary>This group's place along x, from 0.</summary>
    public static int IdxX => throw DeviceOnly.Error("Grid.IdxX");

    /// <summary>This group's place along y, from 0.</summary>
    public static int IdxY => throw DeviceOnly.Error("Grid.IdxY");

    /// <summary>This group's place along z, from 0.</summary>
    public static int IdxZ => throw DeviceOnly.Error("Grid.IdxZ");

    /// <summary>The number of groups along x.</summary>
    public static int DimX => throw DeviceOnly.Error("Grid.DimX");

    /// <summary>The number of groups along y.</summary>
    public static int DimY => throw DeviceOnly.Error("Grid.DimY");

    /// <summary>The number of groups along z.</summary>
    public static int DimZ => throw DeviceOnly.Error("Grid.DimZ");

    /// <summary>This work-item's place in the launch: along each axis, the group's place times the group's size plus the place in the group.</summary>
    public static Index3D GlobalIndex => throw DeviceOnly.Error("Grid.GlobalIndex");
}
