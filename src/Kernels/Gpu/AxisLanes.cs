using System.Numerics;

namespace Quern.Kernels.Gpu;

/// <summary>
/// How the reductions share out the sums along an axis of [outer, axis, inner]: a power of two of a group's work-items, the lanes of a
/// result, take its elements in turns, <see cref="Slab"/> at once so that as many loads are under way, and fold in shared memory. A long
/// axis is cut into sections of neighbours first, a group or more each, whose results a second launch folds. All of it depends on the
/// sizes alone, so that results are the same every time.
/// </summary>
internal static class AxisLanes
{
    /// <summary>The work-items of a group; it holds one result or several.</summary>
    public const int GroupSize = 128;

    /// <summary>The work-items of a group of a kernel without barriers on a processor.</summary>
    public const int ProcessorGroupSize = 64;

    /// <summary>The loads that a lane has under way.</summary>
    public const int Slab = 8;

    // Enough groups to fill a large GPU. A lane of a section has two slabs or more.
    private const int MaxGroups = 1024;
    private const int SlabsPerLane = 2;

    // On a processor a barrier costs as much as many additions, and neighbours in memory are best read by one: a result has one lane, and
    // sections are there for its few threads.
    private const int MaxProcessorSections = 4096;
    private const int ProcessorSectionLength = 256;

    /// <summary>The lanes of a result with so many elements on this device.</summary>
    public static int Count(GpuDriver driver, int axis) => driver.IsProcessor ? 1
        : (int)Math.Min(GroupSize, BitOperations.RoundUpToPowerOf2((uint)(Math.Max(axis - 1, 0) / Slab) + 1));

    /// <summary>The sections of an axis on this device, none of which is empty.</summary>
    /// <param name="driver">The device.</param>
    /// <param name="results">How many results there are.</param>
    /// <param name="axis">The elements of each.</param>
    /// <param name="length">The elements of a section; the last may have fewer.</param>
    public static int Sections(GpuDriver driver, long results, int axis, out int length)
    {
        results = Math.Max(1, results);
        long groups = Division.RoundUp(results * Count(driver, axis), GroupSize);
        long wanted = driver.IsProcessor
            ? Math.Min(axis / ProcessorSectionLength, MaxProcessorSections / results)
            : Math.Min(axis / (GroupSize * Slab * SlabsPerLane), MaxGroups / groups);
        if (wanted <= 1)
        {
            length = axis;
            return 1;
        }

        length = (int)Division.RoundUp(axis, wanted);
        return Division.RoundUp(axis, length);
    }

    /// <summary>Enough groups for so many results.</summary>
    public static LaunchSize Covering(long results, int lanes) => LaunchSize.Covering(results * lanes, GroupSize);

    // Neighbours in memory go to neighbouring work-items: lanes of one result where the axis is the last, else results.

    /// <summary>The work-item's place among the lanes of its result, from 0.</summary>
    public static int Lane(int lanes, int inner) => inner == 1 ? Group.IdxX & (lanes - 1) : Group.IdxX / Results(lanes);

    /// <summary>The work-item's result; in the last group it may lie beyond the last one.</summary>
    public static int Result(int lanes, int inner) =>
        inner == 1 ? Grid.GlobalIndex.X / lanes : (Grid.IdxX * Results(lanes)) + (Group.IdxX & (Results(lanes) - 1));

    /// <summary>How far apart two neighbouring lanes of a result are in a group.</summary>
    public static int Distance(int lanes, int inner) => inner == 1 ? 1 : Results(lanes);

    /// <summary>The sums of the lanes' values, for the first of them. All work-items of the group must get here.</summary>
    /// <param name="shared">Memory of the group: twice <see cref="GroupSize"/> floats.</param>
    /// <param name="lanes">The lanes of a result.</param>
    /// <param name="lane">The work-item's lane.</param>
    /// <param name="distance">See <see cref="Distance"/>.</param>
    /// <param name="value">This lane's value.</param>
    public static SumPair Sum(ArrayView<float> shared, int lanes, int lane, int distance, SumPair value)
    {
        int place = Group.IdxX;
        shared[place] = value.Plain;
        shared[place + GroupSize] = value.Scaled;
        Group.Barrier();
        for (int half = lanes >> 1; half > 0; half >>= 1)
        {
            if (lane < half)
            {
                int other = place + (half * distance);
                shared[place] += shared[other];
                shared[place + GroupSize] += shared[other + GroupSize];
            }

            Group.Barrier();
        }

        return SumPair.Of(shared[place], shared[place + GroupSize]);
    }

    private static int Results(int lanes) => GroupSize / lanes;
}
