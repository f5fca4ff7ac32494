using System.Diagnostics;

namespace Quern.Kernels.Tests.Gpu;

/// <summary>
/// Oclgrind runs the kernels instruction by instruction and reports where work-items of a group meet in memory without a barrier between them. Drivers
/// of processors may give right results all the same.
/// </summary>
public sealed class DataRaceTests
{
    private const string Oclgrind = "/usr/lib/oclgrind/liboclgrind-rt-icd.so";

    [Theory]
    [InlineData(nameof(ReductionTests.Lanes_fold_what_one_would))]
    [InlineData(nameof(ReductionTests.Lanes_of_a_row_fold_what_one_would))]
    [InlineData(nameof(MatMulTests.A_kernel_for_GPUs_makes_several_products_at_once))]
    [InlineData(nameof(AxisTests.Lanes_of_a_running_sum_go_on_where_those_before_end))]
    public async Task Work_items_do_not_race(string test)
    {
        Assert.SkipUnless(File.Exists(Oclgrind), "Oclgrind is not installed.");
        string folder = Directory.CreateTempSubdirectory("quern-oclgrind").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "oclgrind.icd"), Oclgrind, TestContext.Current.CancellationToken);
            ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "Quern.Kernels.Tests"), ["-method", $"*.{test}", "-noColor"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["OCL_ICD_VENDORS"] = folder + "/";
            start.Environment["OCLGRIND_DATA_RACES"] = "1";
            start.Environment["QUERN_CACHE"] = folder;
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.Empty(await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            Assert.Matches(@"Total: [1-9]\d*, Errors: 0, Failed: 0, Skipped: 0", await output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
