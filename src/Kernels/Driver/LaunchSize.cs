namespace Quern.Kernels;

/// <summary>How many groups of work-items a kernel runs, and how many work-items a group has (ILGPU's <c>KernelConfig</c>).</summary>
/// <param name="GroupsX">Groups along x; without any, a launch does nothing.</param>
/// <param name="GroupsY">Groups along y; without any, a launch does nothing.</param>
/// <param name="GroupsZ">Groups along z; without any, a launch does nothing.</param>
/// <param name="GroupX">Work-items of a group along x; at least 1.</param>
/// <param name="GroupY">Work-items of a group along y; at least 1.</param>
/// <param name="GroupZ">Work-items of a group along z; at least 1.</param>
public readonly record struct LaunchSize(int GroupsX, int GroupsY, int GroupsZ, int GroupX, int GroupY, int GroupZ)
{
    /// <summary>A one-dimensional launch.</summary>
    /// <param name="groups">The number of groups.</param>
    /// <param name="group">The work-items of a group.</param>
    public LaunchSize(int groups, int group)
        : this(groups, 1, 1, group, 1, 1)
    {
    }

    /// <summary>A two-dimensional launch.</summary>
    /// <param name="groupsX">Groups along x.</param>
    /// <param name="groupsY">Groups along y.</param>
    /// <param name="groupX">Work-items of a group along x.</param>
    /// <param name="groupY">Work-items of a group along y.</param>
    public LaunchSize(int groupsX, int groupsY, int groupX, int groupY)
        : this(groupsX, groupsY, 1, groupX, groupY, 1)
    {
    }

    /// <summary>Whether there is no group, so that a launch does nothing.</summary>
    public bool IsEmpty => GroupsX == 0 || GroupsY == 0 || GroupsZ == 0;

    /// <summary>As many one-dimensional groups as it takes to have a work-item for each of <paramref name="items"/>.</summary>
    /// <param name="items">How many work-items are wanted; the last group may have more.</param>
    /// <param name="group">The work-items of a group.</param>
    /// <exception cref="OverflowException">There would be more than 2^31 - 1 groups.</exception>
    public static LaunchSize Covering(long items, int group) => new(checked((int)Division.RoundUp(items, group)), group);
}
