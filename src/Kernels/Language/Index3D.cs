namespace Quern.Kernels.Language;

/// <summary>A place in a launch.</summary>
public readonly struct Index3D
{
    /// <summary>The place along x, from 0.</summary>
    public int X => throw DeviceOnly.Error("Index3D.X");

    /// <summary>The place along y, from 0.</summary>
    public int Y => throw DeviceOnly.Error("Index3D.Y");

    /// <summary>The place along z, from 0.</summary>
    public int Z => throw DeviceOnly.Error("Index3D.Z");
}
