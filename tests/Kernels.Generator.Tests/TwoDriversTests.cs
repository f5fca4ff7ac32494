using Quern.Kernels.OpenCl;
using Quern.Tests;

namespace Quern.Kernels.Generator.Tests;

/// <summary>What two independent OpenCL drivers make of the kernels: a text that one compiler takes may be wrong all the same.</summary>
public sealed class TwoDriversTests : IDisposable
{
    private readonly OpenClDevices _devices = new();

    public static TheoryData<string> Platforms => [OpenClDevices.Pocl, OpenClDevices.Rusticl];

    public void Dispose() => _devices.Dispose();

    [Theory]
    [MemberData(nameof(Platforms))]
    public void Every_kernel_of_the_library_builds(string platform)
    {
        OpenClDriver driver = _devices[platform];
        List<string> failures = [];
        int count = 0;
        foreach (Kernel kernel in LibraryKernels.WithEveryOperator)
        {
            count++;
            try
            {
                driver.Load(kernel);
            }
            catch (OpenClException error)
            {
                failures.Add($"{kernel}: {error.Message}");
            }
        }

        Assert.Empty(failures);
        Assert.True(count > 100, $"{count} kernels were found.");
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public void Atomics_lose_nothing(string platform)
    {
        OpenClDriver driver = _devices[platform];
        new LanguageCases(driver).Atomics_lose_nothing(
            (size, values, counts, bits, count) => LanguageKernels.LaunchGather(driver, size, values, counts, bits, count));
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public void Enums_and_structs_pass_by_value(string platform)
    {
        OpenClDriver driver = _devices[platform];
        new LanguageCases(driver).Enums_and_structs_pass_by_value((size, values, settings, mode, negate, factor, mask, count) =>
            LanguageKernels.LaunchApply(driver, size, values, settings, mode, negate, factor, mask, count));
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public void Doubles_agree_with_the_host_or_are_refused_by_name(string platform)
    {
        OpenClDriver driver = _devices[platform];
        if (driver.Device.HasDouble)
        {
            Run();
            return;
        }

        OpenClException error = Assert.Throws<OpenClException>(Run);
        Assert.StartsWith(
            $"Launch: Quern.Tests.LanguageKernels.Compute computes with double, which {driver.Device.Name} ({platform}) has not (cl_khr_fp64).",
            error.Message,
            StringComparison.Ordinal);

        void Run() => new LanguageCases(driver).Doubles_agree_with_the_host(
            (size, left, right, scale, results, count) => LanguageKernels.LaunchCompute(driver, size, left, right, scale, results, count));
    }
}
