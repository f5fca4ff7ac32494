using Quern.Kernels;

namespace Quern.Tensors.Tests;

/// <summary>A driver that computes nothing, and refuses every launch that CUDA refuses.</summary>
internal sealed class CudaLimits : GpuDriver
{
    private const int MaxGroupsAlongYAndZ = 65_535;
    private const int MaxGroupSize = 1024;
    private const int MaxGroupSizeAlongZ = 64;

    public override string Name => "limits:0";

    public override string Description => "CUDA's limits";

    public override long MemoryBytes => 1L << 40;

    /// <summary>How many launches there were.</summary>
    public int Launches { get; private set; }

    public override GpuBuffer Allocate(long byteCount) => new Nothing(byteCount);

    public override void CopyToDevice<T>(ReadOnlySpan<T> source, GpuView<T> destination)
    {
    }

    public override void CopyToHost<T>(GpuView<T> source, Span<T> destination) => destination.Clear();

    public override void Copy<T>(GpuView<T> source, GpuView<T> destination)
    {
    }

    public override void Launch(Kernel kernel, LaunchSize size, ReadOnlySpan<KernelArgument> arguments)
    {
        if (size.IsEmpty)
        {
            return;
        }

        Launches++;
        kernel.CheckGroup(size);
        Assert.True(size.GroupsX >= 1 && size.GroupsY is >= 1 and <= MaxGroupsAlongYAndZ && size.GroupsZ is >= 1 and <= MaxGroupsAlongYAndZ, $"{kernel}: {size}");
        Assert.True(
            size.GroupZ <= MaxGroupSizeAlongZ && (long)size.GroupX * size.GroupY * size.GroupZ is >= 1 and <= MaxGroupSize, $"{kernel}: {size}");
    }

    public override void Wait()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }

    /// <summary>Memory that is not there.</summary>
    private sealed class Nothing(long byteCount) : GpuBuffer(byteCount)
    {
        protected override void Dispose(bool disposing)
        {
        }
    }
}
