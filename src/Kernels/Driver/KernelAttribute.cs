namespace Quern.Kernels;

/// <summary>
/// Marks a static method as a GPU kernel. The generator translates it to OpenCL C and adds to its class, which must be
/// partial, a <see cref="Kernel"/> named <c>MethodKernel</c> and a launcher named <c>LaunchMethod</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelAttribute : Attribute
{
    /// <summary>A kernel for groups of any size.</summary>
    public KernelAttribute()
    {
    }

    /// <summary>A kernel for groups of one size, which lets the driver's compiler know more and do better.</summary>
    /// <param name="groupX">The work-items of a group along x.</param>
    /// <param name="groupY">The work-items of a group along y.</param>
    /// <param name="groupZ">The work-items of a group along z.</param>
    public KernelAttribute(int groupX, int groupY = 1, int groupZ = 1)
    {
        GroupX = groupX;
        GroupY = groupY;
        GroupZ = groupZ;
    }

    /// <summary>The work-items of a group along x; 0 for any.</summary>
    public int GroupX { get; }

    /// <summary>The work-items of a group along y; 0 for any.</summary>
    public int GroupY { get; }

    /// <summary>The work-items of a group along z; 0 for any.</summary>
    public int GroupZ { get; }
}
