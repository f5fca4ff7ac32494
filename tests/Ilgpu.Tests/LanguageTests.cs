using ILGPU.Runtime;
using Quern.Kernels;
using Quern.Tests;
using Kernel = Quern.Kernels.Kernel;

namespace Quern.Ilgpu.Tests;

/// <summary>The newer words of the kernel language under ILGPU, on its processor and on CUDA and OpenCL where they are.</summary>
public sealed class LanguageTests
{
    private static readonly Kernel GatherKernel = new("Quern.Tests.LanguageKernels.Gather", "LanguageKernels_Gather", "", 16, 1, 1);
    private static readonly Kernel ApplyKernel = new("Quern.Tests.LanguageKernels.Apply", "LanguageKernels_Apply", "");
    private static readonly Kernel ComputeKernel = new("Quern.Tests.LanguageKernels.Compute", "LanguageKernels_Compute", "");

    public static TheoryData<AcceleratorType> Types => [AcceleratorType.CPU, AcceleratorType.OpenCL, AcceleratorType.Cuda];

    [Theory]
    [MemberData(nameof(Types))]
    public void Atomics_lose_nothing(AcceleratorType type)
    {
        using IlgpuDriver driver = Open(type);
        new LanguageCases(driver).Atomics_lose_nothing((size, values, counts, bits, count) =>
            driver.Launch(GatherKernel, size, [KernelArgument.From(values), KernelArgument.From(counts), KernelArgument.From(bits), count]));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Enums_and_structs_pass_by_value(AcceleratorType type)
    {
        using IlgpuDriver driver = Open(type);
        new LanguageCases(driver).Enums_and_structs_pass_by_value((size, values, settings, mode, negate, factor, mask, count) => driver.Launch(
            ApplyKernel,
            size,
            [
                KernelArgument.From(values), KernelArgument.FromValue(settings), KernelArgument.FromValue(mode), KernelArgument.FromValue(negate),
                KernelArgument.FromValue(factor), KernelArgument.FromValue(mask), count,
            ]));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Doubles_agree_with_the_host(AcceleratorType type)
    {
        using IlgpuDriver driver = Open(type);
        new LanguageCases(driver).Doubles_agree_with_the_host((size, left, right, scale, results, count) => driver.Launch(
            ComputeKernel,
            size,
            [KernelArgument.From(left), KernelArgument.From(right), KernelArgument.FromValue(scale), KernelArgument.From(results), count]));
    }

    private static IlgpuDriver Open(AcceleratorType type)
    {
        IReadOnlyList<IlgpuDeviceInfo> devices = IlgpuDeviceInfo.List(type);
        Assert.SkipWhen(devices.Count == 0, IlgpuDriver.NoDevice(type));
        return new IlgpuDriver(devices[0], typeof(LanguageTests).Assembly);
    }
}
