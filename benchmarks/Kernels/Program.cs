using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Quern.Benchmarks;

List<Type> types = [typeof(MatMul), typeof(Conv2d), typeof(ElementWise), typeof(Reductions), typeof(Adam), typeof(Gather), typeof(Philox)];
if (GpuMatMul.Devices.Any())
{
    types.Add(typeof(GpuMatMul));
}
else
{
    Console.Error.WriteLine("No OpenCL device: the GPU products are left out.");
}

// In this process: the project that BenchmarkDotNet would otherwise generate and build for each run gains nothing here. A job of the command
// line takes the place of this one; BenchmarkDotNet would run both.
bool hasJob = args.Any(argument => argument is "-j" or "--job" || argument.StartsWith("--job=", StringComparison.Ordinal));
ManualConfig config = ManualConfig.Create(DefaultConfig.Instance)
    .AddColumn(new ThroughputColumn("GFLOP/s"), new ThroughputColumn("GB/s"))
    .HideColumns(Column.Error, Column.RatioSD, Column.Job)
    .WithOptions(ConfigOptions.DisableOptimizationsValidator | ConfigOptions.JoinSummary);
if (!hasJob)
{
    config.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
}

BenchmarkSwitcher.FromTypes([.. types]).Run(hasJob ? [.. args, "--inProcess"] : args, config);
